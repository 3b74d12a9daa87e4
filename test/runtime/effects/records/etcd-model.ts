import type { EtcdClient, Write } from '../../../../runtime/clients/etcd.ts'
import { etcdCopy } from '../../../../runtime/clients/etcd-copy.ts'

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

/** A model of etcd: the copy that `k2s-dns plan` works on, shared by many and with a network before it. */
export function etcdModel(): EtcdModel {
  const copy = etcdCopy()
  const leased = new Set<string>()
  /** Takes effect at once: the copy answers by a promise, but does what it does before. */
  const write = (each: Write) => void copy.transact([], [each])

  async function commit(...asked: Parameters<EtcdClient['transact']>): Promise<string | undefined> {
    const revision = await copy.transact(...asked)
    if (revision === undefined) return undefined
    for (const each of asked[1]) {
      if ('leaseId' in each) leased.add(each.key)
      else leased.delete(each.key)
    }
    return revision
  }

  return {
    leased,
    get: (key) => copy.stored.get(key)?.value,
    keys: (prefix) => [...copy.stored.keys()].filter((key) => key.startsWith(prefix)).sort(),
    put: (key, value) => write({ key, put: value }),
    delete: (key) => write({ key, delete: true }),
    revision: () => copy.revision,
    connect({ before, after } = {}) {
      async function call<T>(name: Call, answer: () => Promise<T>): Promise<T> {
        await before?.(name)
        const result = await answer()
        await after?.(name)
        return result
      }
      return {
        ...copy,
        transact: (...asked) => call('transact', () => commit(...asked)),
        read: (...asked) => call('read', () => copy.read(...asked)),
        async *readPrefix(...prefixes) {
          yield await call('readPrefix', () => allOf(copy.readPrefix(...prefixes)))
        },
      }
    },
  }
}

async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

/** A network on which calls take a few turns each, as chance has it. */
export const slowBy = (turns: () => number) => async (): Promise<void> => {
  for (let left = turns(); left > 0; left--) await new Promise(setImmediate)
}
