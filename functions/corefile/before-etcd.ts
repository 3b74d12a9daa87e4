import { isIn } from './address.ts'
import { isBefore } from './directives.ts'
import { inlineHosts } from './hidden.ts'
import { authoritative, option, originsOf, type Server, type Stanza, zonesOf } from './server.ts'
import { unknownPlugins } from './sound.ts'
import { Refused } from './wish.ts'

/** Plugins that read their zones from a cloud; what those hold is not known here. */
const clouds = ['route53', 'azure', 'clouddns']

/**
 * Whether questions for a zone come as far as etcd: all that answers for it before must let through what it does
 * not have. Of kubernetes that is seen to elsewhere.
 * @returns who may answer some of its names first
 * @throws Refused
 */
export function checkReached(zone: string, server: Server): readonly string[] {
  const earlier = server.stanzas.filter(({ name }) => isBefore(name, 'etcd'))
  for (const each of earlier) {
    if (each.name === 'kubernetes' || !authoritative.includes(each.name)) continue
    if (answersAddresses(each) && originsOf(each, server).some((own) => isIn(zone, own))) {
      if (letsThrough(each, zone)) continue
      throw new Refused(
        `${each.name} (line ${each.line}) answers for ${zone} before etcd does: give it \`fallthrough\``,
      )
    }
  }
  const hosts = inlineHosts(server).filter((name) => isIn(name, zone))
  const others = [...clouds.filter((cloud) => earlier.some(({ name }) => name === cloud))]
  return [
    ...hosts.map((name) => `hosts answers ${name} before etcd does`),
    ...[...others, ...unknownPlugins(server)].map((name) => `${name} may answer before etcd does`),
  ]
}

/** A template of another record type lets addresses pass. */
const answersAddresses = ({ name, args }: Stanza) =>
  name !== 'template' || ['ANY', 'A', 'AAAA'].includes(args[1]?.toUpperCase() ?? 'ANY')

/** plugin/pkg/fall: no zones are all zones. */
export function letsThrough(stanza: Stanza, zone: string): boolean {
  const through = option(stanza, 'fallthrough')
  if (!through) return false
  return through.args.length === 0 || zonesOf(through.args).some((each) => isIn(zone, each))
}
