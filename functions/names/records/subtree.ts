import { zoneAbove } from '../zone.ts'

/**
 * CoreDNS answers a name from all keys below it (plugin/etcd, Records), so each name that lies between a
 * host and its zone would answer with the host's addresses. A placeholder there keeps the two apart.
 */

/** So many names between a host and its zone fit one transaction with the host. */
export const maxNamesAbove = 8

/** `a.b.c.zone` → `b.c.zone`, `c.zone`; none for a host of no zone. @param zones the longest that holds it counts */
export function namesAbove<Name extends string>(host: Name, zones: readonly string[]): Name[] {
  const zone = zoneAbove(host, zones)
  const names: Name[] = []
  if (zone === undefined) return names
  const end = host.length - zone.length - 1
  for (let dot = host.indexOf('.'); dot < end; dot = host.indexOf('.', dot + 1)) {
    names.push(host.slice(dot + 1) as Name) // the end of a name is one
  }
  return names
}

/**
 * Names that have a placeholder whatever is below them: zones, names between a zone and one that it lies in,
 * and where CoreDNS looks first when it is asked for a zone's own addresses (plugin/backend_lookup.go,
 * checkForApex), so that what others keep in the zone does not answer for it.
 */
export const alwaysSilent = (zones: readonly string[]): readonly string[] =>
  zones.flatMap((zone) => [zone, `apex.dns.${zone}`, ...namesAbove(zone, zones)])
