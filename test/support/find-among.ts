import type { Find, ObjectKind, Which } from '../../functions/names/kinds/kind.ts'

/**
 * `find` over raw objects by their kind, as the runtime answers it.
 * @returns with it what it was asked for: `Service shop/web`, `IngressClass *`
 */
export function findAmong(objects: Readonly<Record<string, readonly object[]>>): {
  readonly find: Find
  readonly asked: readonly string[]
} {
  const asked: string[] = []
  function find<T>(kind: ObjectKind<T>, which: Which): readonly T[] {
    const { namespace, name, label } = which
    asked.push([kind.kind, [namespace, name ?? '*'].filter(Boolean).join('/')].join(' '))
    return (objects[kind.kind] ?? [])
      .filter((object) => {
        const { metadata } = object as { metadata: { [field: string]: unknown } } // of a test
        const labels = Object(metadata['labels']) as Record<string, unknown>
        return (
          (namespace === undefined || metadata['namespace'] === namespace) &&
          (name === undefined || metadata['name'] === name) &&
          (label === undefined || labels[label.key] === label.value)
        )
      })
      .map((object) => kind.schema.parse(object))
  }
  return { find, asked }
}
