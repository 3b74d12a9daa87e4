import { comparePositions, type OwnerId, type Position } from '../../../functions/names/claim.ts'
import type { Settings } from '../../../runtime/function.ts'
import type { Cluster } from './cluster.ts'
import type { ForeignKey } from './foreign.ts'
import type { Held } from './held.ts'
import type { Snapshot, Surroundings } from './store.ts'

/** What a run knows beside the store: what was said, promised, broken, and by whom. */
export interface Model extends Surroundings {
  readonly cluster: Cluster
  readonly foreign: Map<string, ForeignKey>
  /** What anybody else ever kept: a replica may know of it still. */
  readonly everForeign: Set<ForeignKey>
  /** Settings that some name may still follow: those in use, and older ones until the next reconcile. */
  readonly settings: Set<Settings>
  /** Every one that was in use in this run. */
  readonly everSettings: Set<Settings>
  /** How far each owner's events were acknowledged. */
  readonly acknowledged: Map<OwnerId, Position>
  /** Owners whose wish may be half done: whoever was at it died. */
  readonly unsettled: Set<OwnerId>
  /** Names at which somebody laid hands on keys of ours since the last audit. */
  readonly damaged: Set<string>
  readonly held: Held
  /** The one that was begun last. */
  epoch: string
}

export const idOf = (owner: OwnerId): string => owner.replace(/^ingress\//, '')
export const ownerOf = (id: string): OwnerId => `ingress/${id}`

/** An object's newest state: as it is, or gone as of now. */
export function presentPosition({ cluster }: Model, id: string): Position {
  const object = cluster.now(id)
  const version = object ? BigInt(object.metadata.resourceVersion) : cluster.version
  return { era: cluster.era, version }
}

/** An owner's event took effect, or was found to be late: what is stored may not be older from now on. */
export function acknowledge(model: Model, before: Snapshot, id: string, at: Position): void {
  const owner = ownerOf(id)
  const known = model.acknowledged.get(owner)
  if (!known || comparePositions(known, at) < 0) model.acknowledged.set(owner, at)
  const stored = before.owners.get(owner)
  const wasLate = stored !== undefined && comparePositions(stored.at, at) > 0
  if (!wasLate) model.unsettled.delete(owner)
}

/** Everything was read and compared by one replica, and no other was at work. */
export function acknowledgeAll(model: Model, before: Snapshot, inUse: ReadonlySet<Settings>): void {
  const { cluster } = model
  const remembered = [...before.owners]
    .filter(([, { gone }]) => !gone)
    .map(([owner]) => idOf(owner))
  const present = cluster.ids.filter((id) => cluster.now(id))
  for (const id of new Set([...remembered, ...present]))
    acknowledge(model, before, id, presentPosition(model, id))
  model.unsettled.clear()
  if (inUse.size > 1) return
  for (const old of model.settings) if (!inUse.has(old)) model.settings.delete(old)
}
