import type { Change, Compare, EtcdClient, Stored, Write } from '../../clients/etcd.ts'
import type { Range } from '../../clients/etcd-range.ts'
import { RetryLater } from '../../errors.ts'
import { type Batch, gatherBatch, type Member } from './batch.ts'
import { Draft, type maxOperations, type View } from './draft.ts'
import { Known } from './known.ts'
import { Locks } from './locks.ts'

/**
 * Decides from what is stored what is to be written. Called again when the store turned out to be
 * different, so it must be pure and quick, and use at most {@link maxOperations} reads and writes.
 */
export type Decide<T> = (view: View) => T

export interface GroupCommit {
  /**
   * Resolves with what the decision returned in the run that was committed. One that writes nothing is
   * compared all the same: what we know may be of yesterday.
   * @throws RetryLater if etcd did not commit; then it is unknown whether it did
   */
  transact<T>(decide: Decide<T>): Promise<T>
  /** Takes over what a read of the whole store found. Keys of the prefix that are not there are forgotten. */
  learn(prefix: string, found: ReadonlyMap<string, Stored>): void
  /**
   * Takes over a change that a watch saw. One of a key that a transaction of ours has in hand waits for its end.
   * @param onNews called with what was there before, if the change was neither ours nor known already
   */
  observe(change: Change, onNews: (before: string | undefined) => void): void
  /** The value of a key, as far as we know. */
  known(key: string): string | undefined
  /** The known keys of the tree that begin with this one and a slash. */
  knownBelow(key: string): readonly string[]
  /** Whether there are any. */
  knowsBelow(key: string): boolean
  /** Whether a decision would write anything, by what is known. */
  wouldWrite(decide: Decide<unknown>): boolean
}

export interface GroupCommitOptions {
  /** The prefix of the keys that a decision may ask about with {@link View.isEmptyBelow}. */
  readonly tree?: string
  /** A key that every transaction compares: as long as its value is objected to, nothing is written. */
  readonly fence?: Fence
  readonly count?: (outcome: 'committed' | 'compared unequal' | 'failed') => void
}

export interface Fence {
  readonly key: string
  /** Why nothing may be written with such a value; undefined if there is no reason. */
  objection(value: string | undefined): string | undefined
}

const maxInFlight = 4
const maxAttempts = 12

/**
 * Joins decisions that are made while others are on their way to etcd into one transaction each round, each
 * seeing the writes of those before it. The transaction compares every key that was read or written. If a
 * comparison fails, what was compared is read again, the members whose keys changed decide anew, and the
 * others are committed without them.
 */
export function createGroupCommit(
  etcd: Pick<EtcdClient, 'transact' | 'read'>,
  { tree, fence, count = () => undefined }: GroupCommitOptions = {},
): GroupCommit {
  /** One that is missing is taken for absent, which the comparison then tells. */
  const known = new Known(tree)
  const locks = new Locks()
  let pending: Member[] = []
  let inFlight = 0
  let scheduled = false
  let observedLater: (() => void)[] = []

  /** Waits for the end of the turn, so that what is asked for together goes together. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    queueMicrotask(() => {
      scheduled = false
      pump()
    })
  }

  function pump(): void {
    while (inFlight < maxInFlight) {
      const batch = gather()
      if (!batch) return
      inFlight++
      void commit(batch).finally(() => {
        inFlight--
        pump()
      })
    }
  }

  function gather(): Batch | undefined {
    const objection = fence?.objection(new Draft(known).get(fence.key))
    if (fence && objection !== undefined) {
      for (const { reject } of pending.splice(0)) reject(new RetryLater(objection))
      known.delete(fence.key) // asked again the next time
      return undefined
    }
    const { batch, left } = gatherBatch(pending, { known, locks, fence: fence?.key })
    pending = left
    return batch
  }

  async function commit({ members, draft }: Batch): Promise<void> {
    try {
      const compares = [...draft.touched].map(([key, modRevision]) => ({ key, modRevision }))
      const empty = [...draft.empty.values()]
      const revision = await etcd.transact(compares, [...draft.writes.values()], empty)
      count(revision === undefined ? 'compared unequal' : 'committed')
      if (revision === undefined) await decideAgain(members, compares, empty)
      else {
        for (const write of draft.writes.values()) remember(write, revision)
        for (const { member } of members) member.resolve()
      }
    } catch (error) {
      count('failed')
      for (const key of draft.touched.keys()) known.delete(key)
      for (const { member } of members) member.reject(error)
    } finally {
      locks.release(draft)
      const later = observedLater
      observedLater = []
      for (const observeAgain of later) observeAgain()
    }
  }

  function observe(change: Change, onNews: (before: string | undefined) => void): void {
    const { key, value, modRevision } = change
    if (locks.has(key)) {
      observedLater.push(() => observe(change, onNews))
      return
    }
    const stored = known.get(key)
    const isKnown = stored ? BigInt(stored.modRevision) >= BigInt(modRevision) : value === undefined
    if (isKnown) return
    if (value === undefined) known.delete(key)
    else known.set(key, { value, modRevision })
    onNews(stored?.value)
  }

  async function decideAgain(
    members: Batch['members'],
    compares: readonly Compare[],
    empty: readonly Range[],
  ): Promise<void> {
    const found = await etcd.read(
      compares.map(({ key }) => key),
      empty,
    )
    const changed = new Set<string>()
    for (const { from, end } of empty) {
      for (const [key, stored] of found) {
        if (key < from || key >= end) continue
        known.set(key, stored)
        changed.add(from)
      }
    }
    for (const { key, modRevision } of compares) {
      const now = found.get(key)
      if ((now?.modRevision ?? '0') !== modRevision) changed.add(key)
      if (now) known.set(key, now)
      else known.delete(key)
    }
    for (const { member, draft } of members) {
      const isConcerned = (key: string) => draft.touched.has(key) || draft.empty.has(key)
      if ([...changed].some(isConcerned)) member.attempts++
      if (member.attempts < maxAttempts) pending.unshift(member)
      else member.reject(new RetryLater('others keep changing the same names at the same time'))
    }
  }

  function remember(write: Write, modRevision: string): void {
    if ('delete' in write) known.delete(write.key)
    else known.set(write.key, { value: write.put, modRevision })
  }

  return {
    transact: (decide) =>
      new Promise((resolve, reject) => {
        let result: ReturnType<typeof decide>
        const member: Member = {
          run: (view) => {
            result = decide(view)
          },
          resolve: () => resolve(result),
          reject,
          attempts: 0,
        }
        pending.push(member)
        schedule()
      }),
    learn(prefix, found) {
      for (const key of known.keys()) {
        if (key.startsWith(prefix) && !found.has(key) && !locks.has(key)) known.delete(key)
      }
      for (const [key, stored] of found) if (!locks.has(key)) known.set(key, stored)
    },
    observe,
    known: (key) => known.get(key)?.value,
    knownBelow: (key) =>
      known.below(key) === 0 ? [] : [...known.keys()].filter((each) => each.startsWith(`${key}/`)),
    knowsBelow: (key) => known.below(key) > 0,
    wouldWrite(decide) {
      const draft = new Draft(known)
      decide(draft)
      return draft.writes.size > 0
    },
  }
}
