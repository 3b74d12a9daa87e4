import type { Keys } from '../../../functions/names/records/keys.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { readAll } from './audit.ts'
import { parseClaims } from './documents.ts'
import type { GroupCommit } from './group-commit.ts'
import { CountLost, correctCount, countsOf } from './quota.ts'

interface Store {
  readonly etcd: Pick<EtcdClient, 'readPrefix'>
  readonly commits: GroupCommit
  readonly keys: Keys
}

/**
 * Makes a count that somebody spoiled anew, from all claims, and decides then. Meanwhile nobody gives or takes names
 * of that namespace, since every replica finds the count spoiled.
 */
export async function countingAnew<T>(decide: () => Promise<T>, store: Store): Promise<T> {
  try {
    return await decide()
  } catch (error) {
    if (!(error instanceof CountLost)) throw error
    await countAnew(error.key, store)
    return decide()
  }
}

async function countAnew(key: string, { etcd, commits, keys }: Store): Promise<void> {
  const found = commits.known(key)
  const hosts = await readAll(etcd, keys.hosts)
  const claims = [...hosts.values()].map(({ value }) => parseClaims(value))
  const right = countsOf(claims, keys).get(key)
  await commits.transact((view) => correctCount(view, key, { found, right }))
}
