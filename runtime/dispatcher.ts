import { comparePositions } from '../functions/names/claim.ts'
import type { Clock } from './clock.ts'
import { EpochOver, type EpochRecords } from './epoch.ts'
import { GiveUp, messageOf, RetryLater } from './errors.ts'
import {
  askAgainEvent,
  type CloudEvent,
  plainEvent,
  positionOf,
  recordDisturbed,
  subjectOf,
} from './events.ts'
import type { Context, EventFunction, Handled, Work } from './function.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createQueue, type Lane } from './queue.ts'
import type { Current } from './refresh.ts'

/** Brings events to the functions that cover them: one at a time for an object, many objects at once. */
export interface Dispatcher extends Work {
  /**
   * Resolves with the answers once the event, or a newer one of the same object, has taken effect.
   * @throws GiveUp if it never can
   */
  dispatch(event: CloudEvent<unknown>, options?: DispatchOptions): Promise<readonly Handled[]>
  /** Ends every back-off. */
  wake(): void
  /** Keys whose newest event has not taken effect yet. */
  readonly queued: number
  /** Drains, then stops; what is left is told to whoever waits for it. */
  close(): Promise<{ readonly left: number }>
}

export interface DispatchOptions {
  /** Call this function of the set only. */
  readonly functionName?: string | undefined
  /**
   * The epoch in which it was received from the API server itself, in order; it is taken as it is as long as
   * that lasts. Any other event is asked about before it is handled.
   */
  readonly fresh?: string | undefined
  readonly lane?: Lane | undefined
}

export interface DispatcherOptions {
  readonly functions: readonly EventFunction[]
  /** The context but for what the dispatcher adds itself. */
  readonly context: Omit<Context, 'work' | 'signal' | 'records'> & {
    readonly records: EpochRecords
  }
  /** Turns an event that says how its object may have been into one that says how it is. */
  readonly refresh: (event: CloudEvent<unknown>, signal: AbortSignal) => Promise<Current>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Of {@link Work.drain}; default 10,000. */
  readonly drainMs?: number
  /** Told whenever an event's epoch turns out to be over. */
  readonly onEpochOver?: (epoch: string) => void
}

interface Item {
  readonly event: CloudEvent<unknown>
  readonly functionName: string | undefined
  fresh: string | undefined
  readonly since: number
}

/** So long after it was received an event is still taken for how things are. */
const freshMs = 60_000

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { functions, clock, log, metrics, drainMs = 10_000 } = options
  const stopping = new AbortController()
  const queue = createQueue<Item, readonly Handled[]>({
    clock,
    run,
    supersedes: isNewer,
    onFailure({ key, error, attempt, retryInMs }) {
      const outcome = retryInMs === undefined ? 'given up' : 'retried'
      const write = error instanceof RetryLater ? log.warn : log.error
      const isPowerOfTwo = (attempt & (attempt - 1)) === 0 // a long trouble is told ever more seldom
      if (retryInMs === undefined || isPowerOfTwo) {
        write({ key, attempt, retryInMs, ...defect(error) }, `${outcome}: ${messageOf(error)}`)
      }
    },
  })

  async function run(item: Item, key: string) {
    try {
      return await handle(item, key)
    } catch (error) {
      if (error instanceof EpochOver) {
        item.fresh = undefined
        options.onEpochOver?.(error.epoch)
      }
      throw error
    }
  }

  async function handle({ event, functionName, fresh, since }: Item, key: string) {
    const { signal } = stopping
    const isFresh = fresh !== undefined && clock.now() - since < freshMs
    const { event: current, epoch } = isFresh
      ? { event, epoch: fresh }
      : await options.refresh(event, signal)
    const { records } = options.context
    const context: Context = {
      ...options.context,
      records: epoch === undefined ? records : records.inEpoch(epoch),
      signal,
      work: workFor(key),
    }
    const handled: Handled[] = []
    for (const each of calledBy(current, functionName)) {
      handled.push({ function: each.name, answer: await call(each, current, context) })
      metrics.handling.observe({ function: each.name }, (clock.now() - since) / 1_000)
    }
    return handled
  }

  async function call(called: EventFunction, event: CloudEvent<unknown>, context: Context) {
    let outcome = 'done'
    try {
      return await called.call(event, context)
    } catch (error) {
      outcome = error instanceof GiveUp ? 'given up' : 'retried'
      throw error
    } finally {
      metrics.events.inc({ function: called.name, outcome })
    }
  }

  /** @throws GiveUp if no function takes the event */
  function calledBy(
    event: CloudEvent<unknown>,
    name: string | undefined,
  ): readonly EventFunction[] {
    const called = functions.filter(
      (each) => (name === undefined || each.name === name) && each.covers(event),
    )
    if (called.length > 0) return called
    const types = [...new Set(functions.flatMap(({ types }) => types))].join(', ')
    throw new GiveUp(
      `no ${name ?? 'function'} takes events of type ${event.type}. Taken are ${types}`,
    )
  }

  async function dispatch(
    event: CloudEvent<unknown>,
    { functionName, fresh, lane }: DispatchOptions = {},
  ): Promise<readonly Handled[]> {
    calledBy(event, functionName) // else the sender is to know now, not after what waits for the key
    const item = { event, functionName, fresh, since: clock.now() }
    const key = [keyOf(event), functionName].filter(Boolean).join(' ')
    return queue.push(key, item, lane)
  }

  const workFor = (key: string): Work => ({
    request: (kind) => dispatch(plainEvent(kind, '/k2s-dns/functions')),
    askAgain(owners) {
      for (const event of owners.flatMap((owner) => askAgainEvent(owner) ?? [])) {
        dispatch(event).catch((error: unknown) =>
          log.warn({ owner: event.subject }, `it was not asked again: ${messageOf(error)}`),
        )
      }
    },
    drain: async () => ({ left: await queue.drain(drainMs, key) }),
  })

  return {
    dispatch,
    ...workFor(''),
    wake: () => queue.wake(),
    get queued() {
      return queue.size
    },
    async close() {
      const left = await queue.close(drainMs)
      stopping.abort(new RetryLater('this instance is stopping'))
      return { left }
    },
  }
}

/** Objects and names have a key each; other events are one after the other by type. */
function keyOf(event: CloudEvent<unknown>): string {
  const subject = subjectOf(event)
  if (subject) return `${subject.kind}/${subject.namespace}/${subject.name}`
  return recordDisturbed.covers(event) ? `${event.type} ${event.subject}` : event.type
}

/** Of two fresh events of an object the later position wins, else the one that came last. */
function isNewer(item: Item, waiting: Item): boolean {
  const [a, b] = [positionOf(item.event), positionOf(waiting.event)]
  return (
    !a ||
    !b ||
    item.fresh === undefined ||
    waiting.fresh === undefined ||
    comparePositions(a, b) >= 0
  )
}

/** A defect is told with its stack; an error that we throw ourselves says enough. */
const defect = (error: unknown) =>
  error instanceof RetryLater || error instanceof GiveUp || !(error instanceof Error)
    ? {}
    : { stack: error.stack }
