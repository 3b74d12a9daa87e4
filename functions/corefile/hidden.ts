import { isIn } from './address.ts'
import { originsOf, ownZones, type Server, stanza } from './server.ts'
import { Refused } from './wish.ts'

/**
 * Whether a block of its own for a zone takes no name from the block that answers there now.
 * @throws Refused which tells what would be hidden
 */
export function checkHidesNothing(zone: string, server: Server): void {
  const refuse = (what: string): never => {
    throw new Refused(`a server block for ${zone} would hide ${what} of ${server.title}`)
  }
  if (server.zones.includes(zone)) {
    throw new Refused(`${server.title} serves ${zone} already, without etcd: add a stanza there`)
  }
  const kubernetes = stanza(server, 'kubernetes')
  for (const origin of kubernetes ? originsOf(kubernetes, server) : []) {
    if (isIn(origin, zone)) refuse(`${origin}, Kubernetes' own zone,`)
    for (const kind of ['svc', 'pod']) {
      if (isIn(zone, `${kind}.${origin}`)) refuse(`Kubernetes' names below ${kind}.${origin}`)
    }
  }
  for (const each of server.stanzas) {
    const taken = ownZones(each).find((own) => own !== '' && isIn(own, zone))
    if (taken !== undefined && each.name !== 'cache') refuse(`${each.name} for ${taken}`)
  }
  const host = inlineHosts(server).find((name) => isIn(name, zone))
  if (host !== undefined) refuse(`the line for ${host} in the hosts block`)
}

/** Names that stand in a `hosts` block itself; those of its file are not known. */
export function inlineHosts(server: Server): readonly string[] {
  const lines = stanza(server, 'hosts')?.options ?? []
  const names = lines.filter(({ name }) => /^[\d.]+$|:/.test(name)).flatMap(({ args }) => args)
  return names.map((name) => name.toLowerCase().replace(/\.$/, ''))
}
