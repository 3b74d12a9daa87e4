import { isIn } from './address.ts'
import { directives, isBefore } from './directives.ts'
import { inlineHosts } from './hidden.ts'
import { authoritative, option, originsOf, type Server, type Stanza, zonesOf } from './server.ts'
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
  const notes: string[] = []
  for (const each of server.stanzas.filter(({ name }) => isBefore(name, 'etcd'))) {
    const { name, line } = each
    const isUnsure = clouds.includes(name) || !directives.includes(name)
    if (isUnsure) notes.push(`${name} (line ${line}) may answer before etcd does`)
    if (name === 'kubernetes' || !authoritative.includes(name)) continue
    const covers = originsOf(each, server).some((own) => isIn(zone, own))
    if (!covers || letsThrough(each, zone)) continue
    const what = `${name} (line ${line}) answers for ${zone} before etcd does`
    if (answersAddresses(each)) throw new Refused(`${what}: give it \`fallthrough\``)
    notes.push(`${what}, questions of type ${each.args[1]}`)
  }
  const hosts = inlineHosts(server).filter((name) => isIn(name, zone))
  return [...notes, ...hosts.map((name) => `hosts answers ${name} before etcd does`)]
}

/** A template of another record type lets IPv4 addresses pass. */
const answersAddresses = ({ name, args }: Stanza) =>
  name !== 'template' || ['ANY', 'A'].includes(args[1]?.toUpperCase() ?? 'ANY')

/** plugin/pkg/fall: no zones are all zones. */
export function letsThrough(stanza: Stanza, zone: string): boolean {
  const through = option(stanza, 'fallthrough')
  if (!through) return false
  return through.args.length === 0 || zonesOf(through.args).some((each) => isIn(zone, each))
}
