import type { EtcdClient } from '../../clients/etcd.ts'
import type { Clock } from '../../clock.ts'

/** One lease for all that is written within half its time, which so lasts for half its time at least. */
export interface SharedLease {
  /** Hands a lease's id to what writes with it. If that fails it may be the lease that is gone: the next has a new one. */
  use<T>(write: (id: string) => Promise<T>): Promise<T>
}

export function sharedLease(
  ttlSeconds: number,
  { etcd, clock }: { readonly etcd: Pick<EtcdClient, 'grantLease'>; readonly clock: Clock },
): SharedLease {
  let lease: { readonly id: Promise<string>; readonly grantedAt: number } | undefined

  function current(): Promise<string> {
    if (!lease || clock.now() - lease.grantedAt > (ttlSeconds / 2) * 1_000) {
      lease = { id: etcd.grantLease(ttlSeconds), grantedAt: clock.now() }
    }
    return lease.id
  }

  return {
    async use(write) {
      try {
        return await write(await current())
      } catch (error) {
        lease = undefined
        throw error
      }
    },
  }
}
