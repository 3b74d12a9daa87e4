import type { EtcdClient, Range, Stored } from '../../../../runtime/clients/etcd.ts'
import { RetryLater } from '../../../../runtime/errors.ts'

/** One store, and any number of connections to it. */
export interface EtcdModel {
  /** @param trouble what happens on the way there and back */
  connect(trouble?: Trouble): EtcdClient
  /** What the store holds, as if read by someone else. */
  get(key: string): string | undefined
  keys(prefix: string): string[]
  /** Someone else writes. */
  put(key: string, value: string): void
  delete(key: string): void
  /** Grows by one with each commit that writes. */
  revision(): number
  /** Keys that end with a lease. */
  readonly leased: ReadonlySet<string>
}

export interface Trouble {
  /** Before etcd sees a call. What it throws, the caller sees, and nothing was done. */
  before?(call: Call): Promise<void> | void
  /** After etcd did it. What it throws, the caller sees, although it was done. */
  after?(call: Call): Promise<void> | void
}

export type Call = 'transact' | 'read' | 'readPrefix'

/**
 * A model of etcd, as far as the record store asks it: keys with the revision of their last change, a
 * transaction that compares revisions and then writes all or nothing, at most 128 operations and no key
 * twice. Not modelled: watches, the end of a lease, compaction, history, sizes, who may log in.
 */
export function etcdModel(): EtcdModel {
  const stored = new Map<string, Stored>()
  const leased = new Set<string>()
  let revision = 1

  const put = (key: string, value: string) => {
    stored.set(key, { value, modRevision: String(revision) })
  }

  function commit(
    ...[compares, writes, empty = []]: Parameters<EtcdClient['transact']>
  ): string | undefined {
    if (Math.max(compares.length + empty.length, writes.length) > 128)
      throw new RetryLater('too many operations')
    if (new Set(writes.map(({ key }) => key)).size < writes.length)
      throw new RetryLater('duplicate key given in txn request')
    const holds = compares.every(
      ({ key, modRevision }) => (stored.get(key)?.modRevision ?? '0') === modRevision,
    )
    const areEmpty = empty.every((range) => firstIn(range) === undefined)
    if (!holds || !areEmpty) return undefined
    if (writes.length > 0) revision++
    for (const write of writes) {
      leased.delete(write.key)
      if ('delete' in write) stored.delete(write.key)
      else put(write.key, write.put)
      if ('leaseId' in write) leased.add(write.key)
    }
    return String(revision)
  }

  const firstIn = ({ from, end }: Range) =>
    [...stored.keys()].sort().find((key) => key >= from && key < end)
  const found = (keys: readonly string[]) =>
    new Map(keys.flatMap((key) => (stored.has(key) ? [[key, stored.get(key) as Stored]] : [])))
  const keysBelow = (prefix: string) => [...stored.keys()].filter((key) => key.startsWith(prefix))

  return {
    leased,
    get: (key) => stored.get(key)?.value,
    keys: (prefix) => keysBelow(prefix).sort(),
    put(key, value) {
      revision++
      put(key, value)
    },
    delete(key) {
      revision++
      stored.delete(key)
    },
    revision: () => revision,
    connect({ before, after } = {}) {
      async function call<T>(name: Call, answer: () => T): Promise<T> {
        await before?.(name)
        const result = answer()
        await after?.(name)
        return result
      }
      return {
        transact: (...all) => call('transact', () => commit(...all)),
        read: (keys, ranges = []) =>
          call('read', () => found([...keys, ...ranges.flatMap((range) => firstIn(range) ?? [])])),
        async *readPrefix(prefix) {
          const page = await call('readPrefix', () => found(keysBelow(prefix)))
          yield [...page].map(([key, each]) => ({ key, ...each }))
        },
        watch: () => {
          throw new Error('the model tells no changes')
        },
        revision: async () => BigInt(revision),
        grantLease: async () => '7',
        reconnect: async () => undefined,
        close: () => undefined,
      }
    },
  }
}

/** A network on which calls take a few turns each, as chance has it. */
export const slowBy = (turns: () => number) => async (): Promise<void> => {
  for (let left = turns(); left > 0; left--) await new Promise(setImmediate)
}
