import { RetryLater } from '../errors.ts'
import type { EtcdClient, Stored } from './etcd.ts'
import type { Range } from './etcd-range.ts'

/** A store in memory, which does with a transaction what etcd does. Nothing else ever sees its writes. */
export interface EtcdCopy extends EtcdClient {
  readonly stored: ReadonlyMap<string, Stored>
  /** Grows by one with each commit that writes. */
  readonly revision: number
}

/** etcd's default limit of each of a transaction's lists (embed.DefaultMaxTxnOps). */
const maxOperations = 128

/**
 * Begins with these keys, as they were read from a store. Not copied: watches, the end of a lease, compaction, history,
 * sizes, who may log in.
 */
export function etcdCopy(entries: Iterable<readonly [string, Stored]> = []): EtcdCopy {
  const stored = new Map(entries)
  let revision = 1
  for (const { modRevision } of stored.values()) revision = Math.max(revision, Number(modRevision))

  function firstIn({ from, end }: Range): string | undefined {
    let first: string | undefined
    for (const key of stored.keys()) {
      if (key >= from && key < end && (first === undefined || key < first)) first = key
    }
    return first
  }

  return {
    stored,
    get revision() {
      return revision
    },
    async transact(compares, writes, empty = []) {
      if (Math.max(compares.length + empty.length, writes.length) > maxOperations)
        throw new RetryLater('too many operations in txn request')
      if (new Set(writes.map(({ key }) => key)).size < writes.length)
        throw new RetryLater('duplicate key given in txn request')
      const holds = compares.every(
        ({ key, modRevision }) => (stored.get(key)?.modRevision ?? '0') === modRevision,
      )
      if (!holds || empty.some((range) => firstIn(range) !== undefined)) return undefined
      if (writes.length > 0) revision++
      for (const write of writes) {
        if ('delete' in write) stored.delete(write.key)
        else stored.set(write.key, { value: write.put, modRevision: String(revision) })
      }
      return String(revision)
    },
    async read(keys, ranges = []) {
      const asked = [...keys, ...ranges.flatMap((range) => firstIn(range) ?? [])]
      return new Map(
        asked.flatMap((key) => {
          const found = stored.get(key)
          return found ? [[key, found]] : []
        }),
      )
    },
    async *readPrefix(...prefixes) {
      const keys = [...stored.keys()].sort()
      for (const prefix of prefixes) {
        const below = keys.filter((key) => key.startsWith(prefix))
        yield below.flatMap((key) => {
          const found = stored.get(key)
          return found ? [{ key, ...found }] : []
        })
      }
    },
    watch: () => {
      throw new RetryLater('a copy of the store changes by nobody else')
    },
    currentRevision: async () => BigInt(revision),
    grantLease: async () => '1',
    reconnect: async () => undefined,
    tryOut: async () => undefined,
    close: () => undefined,
  }
}
