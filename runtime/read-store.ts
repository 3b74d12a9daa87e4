import { keysOf } from '../functions/names/records/keys.ts'
import { connectEtcd } from './clients/etcd.ts'
import type { Config } from './config.ts'
import { credentialsOf } from './credentials/index.ts'
import { readSnapshot, type Snapshot } from './effects/records/snapshot.ts'
import { namingOf } from './settings.ts'

/** Reads what a configuration's instance keeps, by a connection of its own. @throws RetryLater */
export async function readStore(config: Config): Promise<Snapshot> {
  const etcd = await connectEtcd({ ...config.etcd, credentials: credentialsOf(config) })
  try {
    return await readSnapshot(etcd, keysOf(namingOf(config)))
  } finally {
    etcd.close()
  }
}
