import type { OwnerId } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import { recordsFor } from './laws.ts'
import type { Model } from './model.ts'
import { answers, type Snapshot } from './store.ts'

/**
 * Names that had records of ours under the claims of now: whoever puts a key beside them comes later, whatever
 * becomes of those records. `maybe` where somebody, or a race, may have wiped out what tells it.
 */
export type Held = Map<string, 'surely' | 'maybe'>

/** @param raced owners of which two events were handled since: a claim may have gone and come */
export function noteHeld(
  { before, now, raced }: { before: Snapshot; now: Snapshot; raced: ReadonlySet<OwnerId> },
  model: Model,
): void {
  const { held, foreign } = model
  for (const host of held.keys()) {
    const claims = now.claims.get(host)
    if (!claims) held.delete(host)
    else if (isInDoubt(host, claims)) held.set(host, 'maybe')
  }
  for (const [host, claims] of now.claims) {
    if (claims.length === 0 || !answers(now, host)) continue
    const isAsClaimed = recordsFor(host, claims, model).some(({ key }) =>
      now.records.get(host)?.has(key),
    )
    // what is left of claims that somebody wiped out goes with the next audit
    if (isAsClaimed) held.set(host, 'surely')
    else if (!held.has(host)) held.set(host, 'maybe')
  }

  function isInDoubt(host: string, claims: readonly StoredClaim[]): boolean {
    const [oldest, old] = [claims[0], before.claims.get(host)?.[0]]
    const isSame = oldest?.owner === old?.owner && oldest?.uid === old?.uid
    if (!oldest || !isSame || raced.has(oldest.owner)) return true // a document may be unreadable, too
    return recordsFor(host, claims, model).some(({ key }) => foreign.has(key))
  }
}
