import type { Host } from '../../../functions/names/host.ts'
import type { Keys } from '../../../functions/names/records/keys.ts'
import { leafOf } from '../../../functions/names/records/record.ts'
import { ancestors } from './zones.ts'

/** A key that somebody else keeps in our record prefix. */
export interface ForeignKey {
  readonly value: string
  /** Where CoreDNS answers it, if it does; a value that it can't read counts as at the whole key. */
  readonly name: string | undefined
  /** The name that CoreDNS mixes with those below it, as the key has a group of its own. */
  readonly mixes?: string
}

/** What others write: ExternalDNS, SkyDNS of old, another instance of ours, somebody's slip. */
export const shapes = {
  externalDns: (name: string) =>
    at(name, { host: '192.0.2.1', ttl: 300, targetstrip: 1, owner: 'default' }),
  ofOurOwner: (name: string) =>
    at(name, { host: '192.0.2.2', ttl: 30, targetstrip: 1, group: name, owner: 'OURS' }),
  grouped: (name: string) => ({
    ...at(name, { host: '192.0.2.4', targetstrip: 1, group: 'g' }),
    mixes: name,
  }),
  groupedBelow: (name: string, leaf: string) => ({
    ...at(`${leaf}.${name}`, { host: '192.0.2.5', group: 'g' }),
    mixes: name,
  }),
  anothersPlaceholder: (name: string) =>
    at(undefined, { host: name, port: -1, ttl: 30, targetstrip: 1, group: name, owner: 'other' }),
  unstripped: (name: string, leaf: string) => at(`${leaf}.${name}`, { host: '192.0.2.3' }),
  malformed: (name: string, leaf: string) => ({ value: '{"host":', name: `${leaf}.${name}` }),
  noObject: (name: string, leaf: string) => ({ value: '"10.0.0.9"', name: `${leaf}.${name}` }),
} as const satisfies Record<string, (name: string, leaf: string) => ForeignKey>

/** Whether a key keeps us from answering a host, if it was there first. */
export const isInTheWay = (
  { name, mixes }: ForeignKey,
  host: string,
  zones: readonly string[],
): boolean => name === host || (mixes !== undefined && ancestors(host, zones).includes(mixes))

export type Shape = keyof typeof shapes

/** Which key below a name: some leaf, none at all, or the very one that we would take for a target. */
export type Place = 'f1' | 'f2' | 'bare' | 'our 10.0.0.1' | 'our placeholder'

/** What a foreign writer puts; a name of its own for each shape and place. */
export function foreignKey(
  { name, shape, place }: { name: string; shape: Shape; place: Place },
  { keys, instance }: { keys: Keys; instance: string },
): ForeignKey & { readonly key: string } {
  const host = name as Host // one of the test's names
  if (place === 'bare') {
    const { value } = shapes.unstripped(name, '')
    return { key: keys.record(host, '').slice(0, -1), value, name }
  }
  const ours = place.startsWith('our ')
  const target = place === 'our placeholder' ? name : place.slice('our '.length)
  const leaf = ours ? leafOf(instance, name, target) : place
  const written = shapes[shape](name, leaf)
  return {
    ...written,
    key: keys.record(host, leaf),
    value: written.value.replace('OURS', instance),
  }
}

const at = (name: string | undefined, message: object): ForeignKey => ({
  name,
  value: JSON.stringify(message),
})
