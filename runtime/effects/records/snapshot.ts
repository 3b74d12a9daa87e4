import type { Keys } from '../../../functions/names/records/keys.ts'
import type { EtcdClient, Stored } from '../../clients/etcd.ts'

/** All that an instance keeps, and what others keep under the record prefix, as it was at one revision. */
export type Snapshot = ReadonlyMap<string, Stored>

/** @throws RetryLater if etcd does not answer */
export async function readSnapshot(
  etcd: Pick<EtcdClient, 'readPrefix'>,
  keys: Keys,
): Promise<Snapshot> {
  const found = new Map<string, Stored>()
  for await (const page of etcd.readPrefix(keys.records, keys.state)) {
    for (const { key, value, modRevision } of page) found.set(key, { value, modRevision })
  }
  return found
}
