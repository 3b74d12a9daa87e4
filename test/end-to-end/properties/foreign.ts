import type { Host } from '../../../functions/names/host.ts'
import type { Keys } from '../../../functions/names/keys.ts'
import { leafOf } from '../../../functions/names/record.ts'

/** A key that somebody else keeps in our record prefix. */
export interface ForeignKey {
  readonly value: string
  /** Where CoreDNS answers it; a value that it can't read counts as at the whole key. */
  readonly name: string
}

/** What others write: ExternalDNS, SkyDNS of old, another instance of ours, somebody's slip. */
export const shapes = {
  externalDns: (name: string) =>
    at(name, { host: '192.0.2.1', ttl: 300, targetstrip: 1, owner: 'default' }),
  ofOurOwner: (name: string) =>
    at(name, { host: '192.0.2.2', ttl: 30, targetstrip: 1, group: name, owner: 'OURS' }),
  unstripped: (name: string, leaf: string) => at(`${leaf}.${name}`, { host: '192.0.2.3' }),
  malformed: (name: string, leaf: string) => ({ value: '{"host":', name: `${leaf}.${name}` }),
  noObject: (name: string, leaf: string) => ({ value: '"10.0.0.9"', name: `${leaf}.${name}` }),
} as const

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

const at = (name: string, message: object): ForeignKey => ({ name, value: JSON.stringify(message) })
