import type { Keys } from '../../../functions/names/records/keys.ts'
import { type EtcdClient, PermissionDenied } from '../../clients/etcd.ts'
import { rangeBelow } from '../../clients/etcd-range.ts'
import { RetryLater } from '../../errors.ts'

type Store = Pick<EtcdClient, 'transact' | 'read'>

/** No key has it: a comparison with it never holds. */
const noRevision = '-1'

/**
 * Fails unless etcd takes reads and writes of ours below both prefixes. It judges the rights, and the space, of a
 * transaction before its comparisons (server/etcdserver/apply, apply_auth.go), so one which never holds tells
 * and writes nothing.
 * @throws RetryLater which says what is missing where, and the remedy
 */
export async function checkRights(etcd: Store, keys: Keys): Promise<void> {
  const prefixes = [keys.records, keys.state]
  try {
    await tryWriting(etcd, prefixes)
    await tryReading(etcd, prefixes)
  } catch (error) {
    if (!(error instanceof PermissionDenied)) throw error
    const lacking: string[] = []
    for (const prefix of prefixes) {
      if (!(await isPermitted(tryReading(etcd, [prefix]))))
        lacking.push(`${prefix} (it may not read there)`)
      else if (!(await isPermitted(tryWriting(etcd, [prefix]))))
        lacking.push(`${prefix} (it may only read there)`)
    }
    throw new RetryLater(
      `etcd's user needs readwrite on the prefix ${lacking.join(' and ')}: ` +
        'etcdctl role grant-permission ROLE readwrite PREFIX --prefix=true, see docs/etcd.md',
      { cause: error },
    )
  }
}

async function isPermitted(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt
    return true
  } catch (error) {
    if (error instanceof PermissionDenied) return false
    throw error
  }
}

const tryReading = (etcd: Store, prefixes: readonly string[]) =>
  etcd.read([], prefixes.map(rangeBelow))

/** Comparing is reading, so it compares a key of the same prefix that it would write. */
const tryWriting = (etcd: Store, prefixes: readonly string[]) =>
  etcd.transact(
    prefixes.map((prefix) => ({ key: `${prefix}trial`, modRevision: noRevision })),
    prefixes.map((prefix) => ({ key: `${prefix}trial`, put: '' })),
  )
