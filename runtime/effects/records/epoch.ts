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

/**
 * Begins an epoch, in which one leader's view of the cluster counts: what was decided from an earlier leader's
 * events and is not in etcd yet will not get there. Asked for once only, since whoever is frozen between the
 * read and the write is no leader any more when it finds that the epoch is another one.
 * @returns `<number> <identity>`, no other's
 * @throws RetryLater if another began one meanwhile, or etcd did not commit
 */
export async function beginEpoch(
  { etcd, commits, keys: { epoch: key } }: EpochStore,
  identity: string,
): Promise<string> {
  const last = (await etcd.read([key])).get(key)
  const epoch = `${(Number.parseInt(last?.value ?? '', 10) || 0) + 1} ${identity}`
  const compares = [{ key, modRevision: last?.modRevision ?? '0' }]
  const modRevision = await etcd.transact(compares, [{ key, put: epoch }])
  if (!modRevision) throw new RetryLater('another replica began an epoch at the same time')
  commits.observe({ key, value: epoch, modRevision }, () => undefined)
  return epoch
}

/** The epoch of now; empty if none was ever begun. */
export async function currentEpoch({ etcd, commits, keys }: EpochStore): Promise<string> {
  const { epoch: key } = keys
  const found = (await etcd.read([key])).get(key)
  if (found) commits.observe({ key, ...found }, () => undefined)
  return found?.value ?? ''
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
