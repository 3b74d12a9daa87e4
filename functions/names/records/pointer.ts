import { isIP, SocketAddress } from 'node:net'
import type { Host } from '../host.ts'
import { isPointerName, isReverse, zoneOf } from '../zone.ts'
import type { Keys } from './keys.ts'
import { type DnsRecord, leafOf, type RecordOptions } from './record.ts'

/** An address of ours by its reverse name, and a host that may answer it. */
export interface Pointing {
  /** `1.0.0.10.in-addr.arpa` */
  readonly name: Host
  readonly address: string
  readonly host: Host
}

/** Where an address is looked up backwards (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: string): Host {
  if (isIP(address) === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa` as Host
  const { address: text } = new SocketAddress({ address, family: 'ipv6' })
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  const all = tail === undefined ? before : [...before, ...zeros, ...after]
  const digits = all.map((group) => group.padStart(4, '0')).join('')
  return `${[...digits].reverse().join('.')}.ip6.arpa` as Host // digits and dots
}

/** The addresses of a host that lie in a reverse zone of ours. */
export const pointingsOf = (
  host: Host,
  targets: readonly string[],
  { zones }: Pick<RecordOptions, 'zones'>,
): readonly Pointing[] => {
  if (!zones.some(isReverse)) return [] // nearly always, and this is asked at every write
  return targets
    .filter((target) => isIP(target) > 0)
    .map((address) => ({ name: reverseName(address), address, host }))
    .filter(({ name }) => isInReverseZone(name, zones))
}

/** Whether a name is an address, written backwards, for which we keep a pointer. */
export const isInReverseZone = (name: string, zones: readonly string[]): boolean =>
  isPointerName(name) && zoneOf(name, zones) !== undefined

/** The record of a host by which it answers an address: as long as that is there, a pointer may name the host. */
export const forwardKey = ({ host, address }: Pointing, { keys, instance }: RecordOptions) =>
  keys.record(host, leafOf(instance, host, address))

/** CoreDNS reads the one key at the reverse name itself (plugin/backend_lookup.go, PTR). */
export const pointerRecord = (
  { name, host }: Omit<Pointing, 'address'>,
  { keys, instance }: Pick<RecordOptions, 'instance'> & { readonly keys: Keys },
): DnsRecord => ({
  key: keys.pointer(name),
  value: JSON.stringify({ host, ttl: pointerTtlSeconds, owner: instance }),
})

const pointerTtlSeconds = 30
