import { z } from 'zod'
import { namespaceOf, type Refusal } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Limits } from '../../../functions/names/policy/policy.ts'
import type { Keys } from '../../../functions/names/records/keys.ts'
import { RetryLater } from '../../errors.ts'
import { json } from './documents.ts'
import type { View } from './draft.ts'

/**
 * How many names a namespace has, counted in the transaction that gives or takes them, as long as there is a
 * quota: so two replicas can't give the last one twice. An audit counts anew.
 */
export interface Quota {
  /** Why the namespace may not have this host; undefined if it may. To be asked before `note`. */
  objection(before: readonly StoredClaim[], owner: string): Omit<Refusal, 'host'> | undefined
  note(before: readonly StoredClaim[], after: readonly StoredClaim[]): void
  /** Writes the count. */
  close(): void
}

const none: Quota = { objection: () => undefined, note: () => undefined, close: () => undefined }

/** @throws CountLost */
export function quotaOf(
  view: View,
  namespace: string,
  { namesPerNamespace: most }: Limits,
  keys: Keys,
): Quota {
  if (most === undefined) return none
  const key = keys.namespace(namespace)
  let names = readCount(key, view.get(key))
  const has = (claims: readonly StoredClaim[], except = '') =>
    claims.some((each) => each.owner !== except && countsFor(namespace, each))
  return {
    objection(before, owner) {
      if (has(before, owner)) return undefined // another object of the namespace has it anyway
      if (names + (has(before) ? 0 : 1) <= most) return undefined
      return {
        reason: 'quota',
        message: `the namespace ${namespace} has ${names} names, policy.namesPerNamespace is ${most}`,
      }
    },
    note(before, after) {
      names += Number(has(after)) - Number(has(before))
    },
    close() {
      if (names > 0) view.put(key, JSON.stringify({ names }))
      else view.delete(key)
    },
  }
}

/** One that is kept after its owner went costs nobody anything. */
const countsFor = (namespace: string, { owner, left }: StoredClaim) =>
  !left && namespaceOf(owner) === namespace

const schema = z.object({ names: z.number().int().positive() })

/** A count is not what we wrote: nothing can be decided by it until it was made anew. */
export class CountLost extends RetryLater {
  readonly key: string

  constructor(key: string) {
    super(`${key} in etcd holds no count of names`)
    this.key = key
  }
}

function readCount(key: string, text: string | undefined): number {
  if (text === undefined) return 0
  const { data } = schema.safeParse(json(text))
  if (!data) throw new CountLost(key)
  return data.names
}

/** The counts that there ought to be. @returns by key, as stored */
export function countsOf(
  hosts: Iterable<readonly StoredClaim[]>,
  keys: Keys,
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>()
  for (const claims of hosts) {
    const namespaces = new Set(
      claims.filter(({ left }) => !left).map(({ owner }) => namespaceOf(owner)),
    )
    for (const namespace of namespaces) {
      const key = keys.namespace(namespace)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return new Map([...counts].map(([key, names]) => [key, JSON.stringify({ names })]))
}

/** Puts a count right, unless it changed since it was counted: then the next audit does. */
export function correctCount(
  view: View,
  key: string,
  { found, right }: { found: string | undefined; right: string | undefined },
): boolean {
  if (found === right || view.get(key) !== found) return false
  if (right === undefined) view.delete(key)
  else view.put(key, right)
  return true
}
