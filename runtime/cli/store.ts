import type { EtcdClient } from '../clients/etcd.ts'
import type { Config } from '../config.ts'
import type { RecordStore } from '../effects/records/index.ts'
import { namingOf } from '../settings.ts'

/** The record store by itself, beside whatever instances run: it needs etcd, and no cluster. */
export async function withStore<T>(
  config: Config,
  use: (records: RecordStore, etcd: EtcdClient) => Promise<T>,
): Promise<T> {
  // not loaded for other commands
  const [
    { connectEtcd },
    { credentialsOf },
    { createRecords },
    { createMetrics },
    { systemClock },
  ] = await Promise.all([
    import('../clients/etcd.ts'),
    import('../credentials/index.ts'),
    import('../effects/records/index.ts'),
    import('../metrics.ts'),
    import('../clock.ts'),
  ])
  const etcd = await connectEtcd({ ...config.etcd, credentials: credentialsOf(config) })
  try {
    return await use(
      createRecords({
        etcd,
        ...namingOf(config),
        clock: systemClock,
        metrics: createMetrics(),
      }),
      etcd,
    )
  } finally {
    etcd.close()
  }
}
