import { isIP } from 'node:net'
import { reverseName } from '../names/records/pointer.ts'

/**
 * The reverse zones of a network, several where it does not end at a label: `10.0.0.0/8` is `10.in-addr.arpa`
 * (plugin/pkg/cidr). Undefined for what is no network.
 */
export function reverseZones(text: string): readonly string[] | undefined {
  const [address = '', bits = '', ...rest] = text.split('/')
  const version = address.includes('%') ? 0 : isIP(address)
  const isFour = version === 4
  const [width, labelBits] = isFour ? [32, 8] : [128, 4]
  const prefix = Number(bits)
  if (version === 0 || rest.length > 0 || !/^\d+$/.test(bits) || prefix > width) return undefined
  const labels = Math.max(1, Math.ceil(prefix / labelBits))
  const count = 2 ** (labels * labelBits - prefix)
  const below = reverseName(address)
    .split('.')
    .slice(width / labelBits - labels)
  const [first = '', ...above] = below
  const radix = isFour ? 10 : 16
  const start = Math.floor(Number.parseInt(first, radix) / count) * count
  return Array.from({ length: count }, (_, at) =>
    [(start + at).toString(radix), ...above].join('.'),
  )
}
