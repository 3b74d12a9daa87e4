/** The longest zone that holds a name. */
export const zoneOf = (host: string, zones: readonly string[]): string | undefined =>
  zones.filter((zone) => host === zone || host.endsWith(`.${zone}`)).sort(byLength)[0]

const byLength = (a: string, b: string) => b.length - a.length

/** The names between a host and its zone, neither of them among those. */
export function ancestors(host: string, zones: readonly string[]): readonly string[] {
  const zone = zoneOf(host, zones)
  if (zone === undefined || zone === host) return []
  const parent = host.slice(host.indexOf('.') + 1)
  return parent === zone ? [] : [parent, ...ancestors(parent, zones)]
}

/** Names that have a placeholder with nothing of ours below them, too. */
export const silentAnyway = (zones: readonly string[]): readonly string[] =>
  zones.flatMap((zone) => {
    const others = zones.filter((each) => each !== zone)
    return [zone, `apex.dns.${zone}`, ...ancestors(zone, others)]
  })
