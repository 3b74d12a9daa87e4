import type { Config } from '../config.ts'
import type { RecordStore } from '../effects/records/index.ts'

/** The record store by itself, beside whatever instances run: it needs etcd, and no cluster. */
export async function withStore<T>(
  { etcd: etcdConfig, instance, dns }: Config,
  use: (records: RecordStore) => Promise<T>,
): Promise<T> {
  // not loaded for other commands
  const [{ connectEtcd }, { createRecords }, { createMetrics }, { systemClock }] =
    await Promise.all([
      import('../clients/etcd.ts'),
      import('../effects/records/index.ts'),
      import('../metrics.ts'),
      import('../clock.ts'),
    ])
  const etcd = await connectEtcd(etcdConfig)
  try {
    return await use(
      createRecords({
        etcd,
        instance,
        zones: dns.zones,
        recordPrefix: dns.prefix,
        clock: systemClock,
        metrics: createMetrics(),
      }),
    )
  } finally {
    etcd.close()
  }
}
