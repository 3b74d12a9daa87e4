import { isIP } from 'node:net'
import { toText } from './encoding.ts'
import { type Entry, readOwnLine, wasOwnLine } from './own-line.ts'

/** What somebody should know of a hosts file in which ours are; one sentence each. */
export function remarksOn(bytes: Uint8Array, ours: readonly Entry[]): string[] {
  const decoded = toText(bytes)
  if (!decoded) return []
  const remarks = decoded.text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/\r$/, '')
    if (readOwnLine(line)) return []
    const where = `line ${index + 1}`
    if (wasOwnLine(line)) return [`${where} was ours until somebody changed it: it stays`]
    const [address = '', ...names] = line.replace(/#.*/s, '').split(/\s+/).filter(Boolean)
    return contested({ address, names }, ours).map(
      (name) => `${where} gives ${name} to ${address}: of two lines most programs take the first`,
    )
  })
  const { encoding } = decoded
  return encoding.startsWith('utf-16')
    ? [`it is ${encoding.toUpperCase()}, which no resolver reads: save it as UTF-8`, ...remarks]
    : remarks
}

/** Names of ours that a line of others gives to an address that is not ours. */
function contested(
  { address, names }: { readonly address: string; readonly names: readonly string[] },
  ours: readonly Entry[],
): string[] {
  if (isIP(address) === 0) return [] // no resolver reads it
  const addressesOf = (name: string) =>
    ours.filter((each) => each.name === name).map((each) => each.address)
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => {
    const addresses = addressesOf(name)
    return addresses.length > 0 && !addresses.includes(address)
  })
}
