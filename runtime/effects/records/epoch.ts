import type { Keys } from '../../../functions/names/records/keys.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { EpochOver } from '../../epoch.ts'
import { RetryLater } from '../../errors.ts'
import type { Decide, GroupCommit } from './group-commit.ts'

export interface EpochStore {
  readonly etcd: Pick<EtcdClient, 'read' | 'transact'>
  /** Is told, so that the first decision in an epoch is not made twice. */
  readonly commits: GroupCommit
  readonly keys: Keys
}

/** The epoch that was read last, after which another one may begin. */
export interface LastEpoch {
  /** `<number> <identity>`; empty if none was ever begun. */
  readonly epoch: string
  /**
   * Begins the next one, in which one leader's view of the cluster counts: what was decided from an earlier
   * leader's events and is not in etcd yet will not get there. What was seen of the cluster since this epoch was
   * read is good for the next one too, as nobody led in between. Committed once only, since whoever is frozen
   * before the write is no leader any more when it finds that the epoch is another one.
   * @returns the new one, no other's
   * @throws RetryLater if another began one meanwhile, or etcd did not commit
   */
  begin(identity: string): Promise<string>
}

export async function lastEpoch({ etcd, commits, keys }: EpochStore): Promise<LastEpoch> {
  const { epoch: key } = keys
  const last = (await etcd.read([key])).get(key)
  if (last) commits.observe({ key, ...last }, () => undefined)
  return {
    epoch: last?.value ?? '',
    async begin(identity) {
      const epoch = `${(Number.parseInt(last?.value ?? '', 10) || 0) + 1} ${identity}`
      const compares = [{ key, modRevision: last?.modRevision ?? '0' }]
      const modRevision = await etcd.transact(compares, [{ key, put: epoch }])
      if (!modRevision) throw new RetryLater('another replica began an epoch at the same time')
      commits.observe({ key, value: epoch, modRevision }, () => undefined)
      return epoch
    },
  }
}

/**
 * Commits a decision as long as the epoch lasts: reading its key makes it one of the transaction's comparisons.
 * A decision which finds that it is over is compared too, so what we know of yesterday ends no epoch.
 * @param epoch undefined: in any
 * @throws EpochOver
 */
export async function transactIn<T>(
  epoch: string | undefined,
  { commits, keys }: Pick<EpochStore, 'commits' | 'keys'>,
  decide: Decide<T>,
): Promise<T> {
  if (epoch === undefined) return commits.transact(decide)
  const decided = await commits.transact((view) =>
    (view.get(keys.epoch) ?? '') === epoch ? { result: decide(view) } : undefined,
  )
  if (decided) return decided.result
  throw new EpochOver(epoch)
}
