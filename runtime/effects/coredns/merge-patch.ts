import { isDeepStrictEqual } from 'node:util'

/**
 * What makes one value another, as a JSON merge patch (RFC 7396): lists are replaced as a whole, null takes a field away.
 * @returns undefined if they are the same
 */
export function mergePatch(before: object, after: object): object | undefined {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const changes: Record<string, unknown> = {}
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const from: unknown = old.get(key)
    const to: unknown = now.get(key)
    if (isDeepStrictEqual(from, to)) continue
    changes[key] = isPlain(from) && isPlain(to) ? mergePatch(from, to) : (to ?? null)
  }
  return Object.keys(changes).length === 0 ? undefined : changes
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
