import type { Wrong } from './policy/glob.ts'

/** Whether a name lies below a domain; a domain does not lie below itself. */
export const isBelow = (name: string, domain: string): boolean =>
  name.endsWith(domain) && name.at(-domain.length - 1) === '.'

/** The longest of the zones that holds the name, be it the zone itself. */
export const zoneOf = (name: string, zones: readonly string[]): string | undefined =>
  zones.includes(name) ? name : zoneAbove(name, zones)

/** The longest of the zones that the name lies below. */
export function zoneAbove(name: string, zones: readonly string[]): string | undefined {
  let longest: string | undefined
  for (const zone of zones) {
    if (isBelow(name, zone) && zone.length > (longest?.length ?? 0)) longest = zone
  }
  return longest
}

/** Each reverse tree: how many labels it has below it, and what one is (RFC 1035 3.5, RFC 3596 2.5). */
const reverseTrees = {
  'in-addr.arpa': { depth: 4, label: /^(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/, what: 'an octet' },
  'ip6.arpa': { depth: 32, label: /^[0-9a-f]$/, what: 'a hexadecimal digit' },
} as const

/** Whether the names of a zone are addresses, written backwards. */
export const isReverse = (zone: string): boolean =>
  Object.keys(reverseTrees).some((tree) => zone === tree || isBelow(zone, tree))

/** Whether a name is a whole address, written backwards: one that a PTR record may stand at. */
export const isPointerName = (name: string): boolean =>
  Object.entries(reverseTrees).some(([tree, { depth, label }]) => {
    if (!isBelow(name, tree)) return false
    const labels = name.slice(0, -tree.length - 1).split('.')
    return labels.length === depth && labels.every((each) => label.test(each))
  })

/**
 * Whether an `.arpa` zone is one that we can serve: reverse trees of addresses, and the domain of home networks.
 * @param zone a host name; one outside `.arpa` is always right
 * @example `10.in-addr.arpa`, `8.b.d.0.1.0.0.2.ip6.arpa`, `home.arpa` (RFC 8375)
 */
export function arpaFault(zone: string): Wrong | undefined {
  if (zone !== 'arpa' && !isBelow(zone, 'arpa')) return undefined
  for (const [tree, { depth, label, what }] of Object.entries(reverseTrees)) {
    if (zone === tree) return undefined
    if (!isBelow(zone, tree)) continue
    const labels = zone.slice(0, -tree.length - 1).split('.')
    const wrong = labels.find((each) => !label.test(each))
    if (wrong !== undefined) return { wrong: `its label "${wrong}" is not ${what}` }
    return labels.length > depth
      ? { wrong: `below ${tree} are ${depth} labels at most` }
      : undefined
  }
  if (zone === 'home.arpa' || isBelow(zone, 'home.arpa')) return undefined
  return { wrong: 'below arpa only in-addr.arpa, ip6.arpa and home.arpa hold names of a cluster' }
}
