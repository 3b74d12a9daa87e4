import type { Clock } from './clock.ts'
import type { DispatchOptions } from './dispatcher.ts'
import type { LastEpoch } from './effects/records/epoch.ts'
import type { RecordStore } from './effects/records/index.ts'
import type { Watched } from './effects/records/watched.ts'
import { EpochOver } from './epoch.ts'
import type { CloudEvent } from './events.ts'
import type { Handled, World } from './function.ts'
import type { Duty } from './leadership/role.ts'
import type { KubernetesSource } from './sources/kubernetes/index.ts'
import type { Emit, Source } from './sources/source.ts'

/** What only the leader does, in an epoch of its own: it watches the cluster and the records, and keeps the schedule. */
export interface Duties {
  /** Reads what the leader before left, so that it is known once nobody else leads. @throws RetryLater */
  readonly able: Duty['able']
  /** After `able`. @throws EpochOver; RetryLater if etcd was away for so long that another replica is to try */
  readonly lead: Duty['lead']
  /** What any replica may do: it lists, and what it finds counts in the epoch in which it began. */
  readonly resync: World['resync']
  /** An event's epoch turned out to be over. If it is the one that we lead in, we lead no longer. */
  noteOver(epoch: string): void
}

export interface DutiesOptions {
  readonly records: Pick<RecordStore, 'lastEpoch' | 'epoch' | 'lastWatched' | 'noteWatched'>
  readonly world: Omit<KubernetesSource, 'ask'>
  /** Sources that start once the world is listed and in etcd. */
  readonly onceSynced: readonly Source[]
  readonly dispatch: (
    event: CloudEvent<unknown>,
    options: DispatchOptions,
  ) => Promise<readonly Handled[]>
  readonly identity: string
  readonly clock: Clock
}

/** How often a leader notes how far it is, if its epoch lasts, and how long it leads without an answer. */
const noteMs = 1_000
const withoutStoreMs = 5_000

export function createDuties(options: DutiesOptions): Duties {
  const { records, world, onceSynced, dispatch, identity, clock } = options
  let ours: string | undefined
  let before: { readonly last: LastEpoch; readonly watched: Watched }
  let turn = new AbortController()

  const emitIn =
    (epoch: Promise<string>): Emit =>
    async (event, { fresh = false, lane } = {}) =>
      dispatch(event, { lane, fresh: fresh ? await epoch : undefined })

  async function able(): Promise<void> {
    const [last, watched] = await Promise.all([records.lastEpoch(), records.lastWatched()])
    before = { last, watched }
  }

  /** As long as nobody else began an epoch, ours goes on, and the watch from where it was. */
  async function enterEpoch(): Promise<string> {
    const { last, watched } = before
    if (ours !== undefined && ours === last.epoch) return ours
    world.forget(watched)
    ours = await last.begin(identity)
    return ours
  }

  /**
   * Notes for the next leader how far we were at the time before, as what came then is done by now; the next
   * one's list sees to the exceptions. A leader that can't reach etcd, or is none any more by what is stored
   * there, makes room.
   */
  async function keepNoting(epoch: string, signal: AbortSignal): Promise<void> {
    let heardAt = clock.now()
    let watched = {}
    for (;;) {
      await clock.sleep(noteMs, signal)
      try {
        await records.noteWatched(epoch, watched)
        ;({ watched } = world)
        heardAt = clock.now()
      } catch (error) {
        if (error instanceof EpochOver) noteOver(epoch)
        if (clock.now() - heardAt > withoutStoreMs) turn.abort(error)
      }
    }
  }

  async function startOnceSynced(emit: Emit, signal: AbortSignal): Promise<void> {
    while (world.unsynced().length > 0) await clock.sleep(20, signal)
    await Promise.all(onceSynced.map((source) => source.start(emit, signal)))
  }

  function noteOver(epoch: string): void {
    if (epoch === ours) turn.abort(new EpochOver(epoch))
  }

  return {
    able,
    async lead(until) {
      turn = new AbortController()
      const signal = AbortSignal.any([until, turn.signal])
      const entering = enterEpoch() // the watch is opened beside it
      entering.catch((error: unknown) => turn.abort(error))
      const emit = emitIn(entering)
      await Promise.allSettled([
        world.start(emit, signal),
        startOnceSynced(emit, signal),
        entering.then((epoch) => keepNoting(epoch, signal)),
      ])
      signal.throwIfAborted()
    },
    async resync({ confirmed, signal }) {
      const emit = emitIn(Promise.resolve(await records.epoch()))
      return world.resync(confirmed, { emit, signal })
    },
    noteOver,
  }
}
