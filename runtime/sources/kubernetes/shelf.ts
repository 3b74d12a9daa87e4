import type { Which } from '../../../functions/names/kinds/kind.ts'
import type { Located } from './which.ts'

/** An object as it is kept to decide with. */
export interface Kept extends Located {
  readonly version: bigint
  readonly parsed: unknown
}

/** Objects by their place and by the labels that somebody asked for, so that a question costs its answer. */
export interface Shelf {
  ids(): Iterable<string>
  get(id: string): Kept | undefined
  put(id: string, object: Kept): void
  remove(id: string): void
  /** In the order of their ids. */
  find(which: Which): readonly Kept[]
}

export function createShelf(): Shelf {
  const objects = new Map<string, Kept>()
  /** By key and value, with the ids; keys are those that were asked for. */
  const labels = new Map<string, Map<string, Set<string>>>()

  function put(key: string, by: Map<string, Set<string>>, id: string, object: Kept): void {
    const value = object.labels[key]
    if (value === undefined) return
    const ids = by.get(value) ?? new Set()
    by.set(value, ids.add(id))
  }

  function indexed(key: string): Map<string, Set<string>> {
    const known = labels.get(key)
    if (known) return known
    const by = new Map<string, Set<string>>()
    for (const [id, object] of objects) put(key, by, id, object)
    labels.set(key, by)
    return by
  }

  function candidates({ namespace, name, label }: Which): Iterable<string> {
    if (name !== undefined && namespace !== undefined) return [`${namespace}/${name}`]
    return label ? (indexed(label.key).get(label.value) ?? []) : objects.keys()
  }

  function remove(id: string): void {
    const object = objects.get(id)
    objects.delete(id)
    for (const [key, by] of labels) {
      const value = object?.labels[key]
      const ids = value === undefined ? undefined : by.get(value)
      ids?.delete(id)
      if (ids?.size === 0) by.delete(value ?? '')
    }
  }

  return {
    ids: () => objects.keys(),
    get: (id) => objects.get(id),
    put(id, object) {
      remove(id)
      objects.set(id, object)
      for (const [key, by] of labels) put(key, by, id, object)
    },
    remove,
    find: (which) =>
      [...candidates(which)]
        .toSorted()
        .flatMap((id) => objects.get(id) ?? [])
        .filter(
          ({ namespace, name }) =>
            (which.namespace === undefined || which.namespace === namespace) &&
            (which.name === undefined || which.name === name),
        ),
  }
}
