import { namespaceOf } from '../../functions/names/claim.ts'
import type { KeptName } from '../../functions/names/story/kept.ts'
import { zoneOf } from '../../functions/names/zone.ts'
import { readingOf } from '../effects/records/reading.ts'
import { namingOf } from '../settings.ts'
import { columns } from './columns.ts'
import type { Command } from './command.ts'

export const records: Command = {
  name: 'records',
  summary: 'List the names in the store: what they answer and whose they are',
  example: 'k2s-dns records --namespace shop --zone cluster.local',
  flags: {
    namespace: { kind: 'string', description: 'Only names that objects of this namespace claim' },
    zone: { kind: 'string', description: 'Only names at or below this one' },
  },
  async run({ config, flags: { namespace, zone }, say, readStore }) {
    const zones = typeof zone === 'string' ? [zone] : config.dns.zones
    const { names: all } = readingOf(await readStore(config), namingOf(config))
    const names = all
      .filter(({ host }) => zoneOf(host, zones))
      .filter((name) => typeof namespace !== 'string' || isClaimedBy(namespace, name))
    say(recordsText(names), names)
    return 0
  },
}

const isClaimedBy = (namespace: string, { owners, waiting }: KeptName): boolean =>
  [...owners, ...waiting].some((owner) => namespaceOf(owner) === namespace)

export function recordsText(names: readonly KeptName[]): string {
  const foreign = names.filter(({ foreignKey }) => foreignKey !== undefined).length
  const others = foreign > 0 ? `, ${foreign} keys that are not ours` : ''
  return [...columns(names.map(row)), `${names.length - foreign} names${others}`].join('\n')
}

function row({ host, types, targets, ttl, owners, waiting, foreignKey }: KeptName) {
  const whose = foreignKey === undefined ? owners.join(', ') : `not ours: ${foreignKey}`
  const queue = waiting.length > 0 ? ` (${waiting.length} waiting)` : ''
  const answer = targets.length > 0 ? targets.join(', ') : 'nothing'
  return [host, types.join(' '), answer, ttl === undefined ? '' : `${ttl} s`, `${whose}${queue}`]
}
