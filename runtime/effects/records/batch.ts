import { Draft, maxBytes, maxOperations, type View } from './draft.ts'
import type { Known } from './known.ts'
import type { Locks } from './locks.ts'

/** A decision that waits to be committed. */
export interface Member {
  run(view: View): void
  resolve(): void
  reject(error: unknown): void
  /** How often what it was decided from turned out to be different. */
  attempts: number
}

/** Decisions that go into one transaction, each made with the writes of those before it. */
export interface Batch {
  readonly members: readonly { readonly member: Member; readonly draft: Draft }[]
  readonly draft: Draft
}

export interface Gathering {
  readonly known: Known
  /** Of the keys that batches in flight touch: those of the new batch are taken too. */
  readonly locks: Locks
  /** A key that every batch compares. */
  readonly fence: string | undefined
}

/** After this many lost comparisons a decision is committed by itself, so that it holds up no other. */
const aloneAfter = 2

/**
 * The next batch of those pending whose keys no batch in flight touches. One that can't be decided is rejected.
 * @returns no batch if there are none; those that are left are to wait
 */
export function gatherBatch(
  pending: readonly Member[],
  { known, locks, fence }: Gathering,
): { readonly batch: Batch | undefined; readonly left: Member[] } {
  const together = new Draft(known)
  if (fence !== undefined) together.get(fence)
  const members: { member: Member; draft: Draft }[] = []
  let left: Member[] = []
  let attempts: number | undefined
  for (const [index, member] of pending.entries()) {
    const joins = attempts === undefined || (attempts === member.attempts && attempts < aloneAfter)
    const draft = joins ? decide(member, { base: together, known, locks }) : undefined
    if (draft === 'settled') continue
    if (draft === 'full') {
      left = left.concat(pending.slice(index))
      break
    }
    if (draft) {
      together.take(draft)
      members.push({ member, draft })
      attempts = member.attempts
    } else {
      left.push(member)
    }
  }
  if (members.length === 0) return { batch: undefined, left }
  locks.take(together)
  return { batch: { members, draft: together }, left }
}

/** @returns undefined if it has to wait for a batch in flight */
function decide(
  member: Member,
  { base, known, locks }: { base: Draft; known: Known; locks: Locks },
): Draft | 'full' | 'settled' | undefined {
  const draft = new Draft(known, base)
  try {
    member.run(draft)
  } catch (error) {
    member.reject(error)
    return 'settled'
  }
  if (!locks.allow(draft)) return undefined
  if (draft.room < 0 || draft.bytesLeft < 0) {
    const bytes = maxBytes - draft.bytesLeft
    member.reject(
      new Error(
        `a decision touched ${draft.size} keys: at most ${maxOperations}, and ${bytes} bytes: at most ${maxBytes}`,
      ),
    )
    return 'settled'
  }
  return base.fits(draft) ? draft : 'full'
}
