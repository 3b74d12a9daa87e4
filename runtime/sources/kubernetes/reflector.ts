import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import { isNotFound } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { enrol } from '../../enrolment.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import { objectEvent } from '../../events.ts'
import type { Handled, Resync } from '../../function.ts'
import { apiVersionOf } from '../../kinds.ts'
import type { Destination } from '../source.ts'
import { createInFlight } from './in-flight.ts'
import { objectsNamed } from './list.ts'
import { type ListingParts, maxListed, sendAll } from './listing.ts'
import { absentMs, servedVersion } from './served.ts'
import { createSync } from './sync.ts'
import { watchFrames } from './watch.ts'
import { selectionOf } from './which.ts'

/** Follows one kind: a full list, compared with what is stored, and from its version on a watch. */
export interface Reflector {
  readonly kind: NameKind
  /**
   * Goes on where it stopped, for ever: lists if there is no position to watch from, then watches.
   * @param onProgress called whenever the server answers as it should
   * @throws RetryLater when the connection is lost; to be called again after a back-off
   */
  follow(onProgress: () => void, to: Destination): Promise<void>
  /**
   * Sends objects once more, as they are now: `namespace/name` of each. Those that are gone are left out. Resolves
   * once all are on their way, however long their effects take.
   */
  sendAgain(names: ReadonlySet<string>, to: Destination): Promise<void>
  /** Lists beside the watch, or without one, and resolves once all of it has taken effect. */
  resync(confirmed: boolean, to: Destination): Promise<Resync>
  /**
   * Drops the position, since others may have acted meanwhile: what follows is a list.
   * @param watched the version that another watched to: a watch from there begins beside the list
   */
  forget(watched: string | undefined): void
  /** Another one's watch is to be gone on with. */
  readonly isHeir: boolean
  /** The version that is watched to; undefined while a list has to tell. */
  readonly position: string | undefined
  /** Why names may not be those of now. */
  unsynced(): string | undefined
}

export interface ReflectorOptions extends ListingParts {
  readonly clock: Clock
}

/** So long a list waits for the watch that it comes beside. */
const openMs = 1_000
/** Watched changes whose effect is awaited at most before we stop reading the stream. */
const maxWatched = 10_000

export function createReflector(options: ReflectorOptions): Reflector {
  const { kind, client, memory, clock, log, metrics } = options
  let apiVersion = apiVersionOf(kind)
  /** The version to watch from. It need not outlive us: a new process lists and compares with etcd. */
  let position: string | undefined
  /** Where another one's watch was. */
  let heirTo: string | undefined
  let era = 0
  let relist = new AbortController()
  let cause: 'start' | 'expired' | 'era' = 'start'
  const sync = createSync(kind, metrics)
  let saidAbsent = false

  async function list(why: typeof cause | 'requested', confirmed: boolean, to: Destination) {
    const served = await servedVersion(client, kind, to.signal)
    sync.noteServed(served !== undefined)
    if (served === undefined) return undefined
    saidAbsent = false
    apiVersion = served
    era = await enrol(client, memory, to)
    return sendAll(options, { why, confirmed, apiVersion, era }, to)
  }

  /** The cluster lacks the kind: what was asked for by objects of it is kept, since nothing proves that they went. */
  async function noteAbsent(): Promise<Resync['withheld']> {
    const remembered = await memory.remembered(kind.kind)
    const owners = remembered.filter(({ names }) => names > 0).length
    metrics.withheld.set({ kind: kind.kind }, owners)
    if (owners === 0) return []
    const reason = `the cluster has no ${kind.resource}.${kind.group} any more`
    if (!saidAbsent) log.warn({ kind: kind.kind, owners, reason }, 'names are kept')
    saidAbsent = true
    return [{ owners, reason }]
  }

  /** Something newer is stored: another replica was quicker, or it began an era of which our events are not. */
  async function noteLate(handled: readonly Handled[], signal: AbortSignal): Promise<void> {
    if (!handled.some(({ answer }) => answer['late'])) return
    if ((await enrol(client, memory, { signal })) !== era) beginAnew('era')
  }

  function beginAnew(why: typeof cause): void {
    position = undefined
    cause = why
    relist.abort(new RetryLater('another replica began an era: listing anew'))
  }

  async function watch(
    from: string,
    onProgress: () => void,
    { emit, signal }: Destination,
    enrolled?: Promise<void>,
  ): Promise<void> {
    const source = await client.server()
    const inFlight = createInFlight(maxWatched)
    position = from
    relist = new AbortController()
    const either = AbortSignal.any([signal, relist.signal])
    let end = 'lost'
    try {
      const watched = { ...selectionOf(kind, apiVersion), resource: kind.resource }
      for await (const frame of watchFrames(client, watched, position, either)) {
        onProgress()
        if (frame.verb === 'opened') sync.noteWatch(true)
        else if (frame.verb === 'expired') {
          end = 'expired'
          position = undefined
          return
        } else {
          if (frame.verb !== 'bookmark') {
            await enrolled
            const event = objectEvent(frame.verb, kind, frame.object, { era, source, apiVersion })
            const effect = emit(event, { fresh: true })
            await inFlight.add(
              effect.then((handled) => noteLate(handled, either)),
              either,
            )
          }
          position = frame.version
        }
      }
      end = 'closed'
    } finally {
      metrics.watches.inc({ kind: kind.kind, end })
    }
  }

  /** Waits for the kind if need be. @returns the list's version, when all of it is on its way */
  async function listFirst(to: Destination): Promise<string> {
    const tookEffect = sync.firstList()
    let found = await list(cause, false, to)
    if (!found) await noteAbsent()
    while (!found) {
      await clock.sleep(absentMs, to.signal)
      found = await list(cause, false, to)
    }
    const { version, effects } = found
    void effects.then(tookEffect)
    cause = 'expired'
    return version
  }

  /**
   * Watches from where another one was, so that what changes now, or changed since, need not wait for a list
   * of everything. The list comes beside it, for what the other had not brought to its end, and begins once the
   * watch is open: what is stored of ten thousand owners takes a while to read.
   */
  async function goOn(from: string, onProgress: () => void, to: Destination): Promise<void> {
    heirTo = undefined
    const failing = new AbortController()
    const beside = { ...to, signal: AbortSignal.any([to.signal, failing.signal]) }
    const enrolled = enrol(client, memory, beside).then((known) => {
      era = known
    })
    const opened = Promise.withResolvers<void>()
    const progress = () => {
      opened.resolve()
      onProgress()
    }
    const watching = watch(from, progress, beside, enrolled)
    async function listOnceOpened(): Promise<string> {
      const late = clock.sleep(openMs, beside.signal)
      await Promise.all([enrolled, Promise.race([opened.promise, watching, late])])
      const version = await listFirst(beside)
      if (BigInt(version) >= BigInt(from)) return version
      throw new RetryLater('the cluster went back in time: listing anew')
    }
    const listing = listOnceOpened()
    try {
      const [version] = await Promise.all([listing, watching])
      position ??= version
    } catch (error) {
      failing.abort(error)
      await Promise.allSettled([listing, watching])
      position = undefined
      throw error
    }
  }

  return {
    kind,
    get position() {
      return position
    },
    get isHeir() {
      return heirTo !== undefined
    },
    unsynced: sync.unsynced,
    async follow(onProgress, to) {
      try {
        for (;;) {
          if (heirTo !== undefined) {
            await goOn(heirTo, onProgress, to)
            continue
          }
          if (position === undefined) {
            position = await listFirst(to)
          } else if ((await enrol(client, memory, to)) !== era) {
            beginAnew('era')
            continue
          }
          await watch(position, onProgress, to)
        }
      } catch (error) {
        if (isNotFound(error)) position = undefined
        sync.noteWatch(false, messageOf(error))
        throw error
      }
    },
    async sendAgain(names, { emit, signal }) {
      const source = await client.server()
      const inFlight = createInFlight(maxListed)
      for await (const object of objectsNamed(client, kind, apiVersion, names, signal)) {
        const event = objectEvent('update', kind, object, { era, source, apiVersion })
        await inFlight.add(emit(event, { fresh: true }), signal)
      }
    },
    async resync(confirmed, to) {
      const before = BigInt(position ?? 0)
      const found = await list('requested', confirmed, to)
      if (!found) return { objects: 0, mended: 0, withheld: await noteAbsent() }
      const { version, effects } = found
      if (BigInt(version) < before) {
        position = version
        relist.abort(new RetryLater('the cluster went back in time: watching it from there'))
      }
      return effects
    },
    forget(watched) {
      heirTo = watched
      position = undefined
      sync.forget()
      cause = 'start'
    },
  }
}
