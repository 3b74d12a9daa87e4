import { type Backoff, backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { GiveUp, RetryLater } from './errors.ts'

/**
 * A queue of work by key: one run at a time for a key, many keys at once, and of the items that wait for a
 * key only the newest is run. A key that fails backs off alone.
 */
export interface KeyedQueue<Item, Result> {
  /**
   * Resolves or rejects with the first run that began after the push, be it for this item or a newer one.
   * @throws RetryLater if the queue is full or closing
   */
  push(key: string, item: Item, lane?: Lane): Promise<Result>
  /** Ends every back-off: the world got better. */
  wake(): void
  /** Resolves with the number of keys still there, other than `except`, once none is left or time is up. */
  drain(timeoutMs: number, except?: string): Promise<number>
  /**
   * Takes no more, tries once more what is there, and tells those who wait how it went: nothing is tried
   * again. What is not done in time is told {@link RetryLater}. May be called twice.
   * @returns how many keys were not done in time
   */
  close(timeoutMs: number): Promise<number>
  readonly size: number
}

/** `live` goes before `resync`: a change of now does not wait for ten thousand repeated ones. */
export type Lane = 'live' | 'resync'

export interface QueueOptions<Item, Result> {
  run(item: Item, key: string): Promise<Result>
  /** Whether the first makes the second needless. */
  supersedes(item: Item, waiting: Item): boolean
  readonly clock: Clock
  /** Runs at once, over all keys; default 256. */
  readonly concurrency?: number
  /** Keys at once; default 100,000. */
  readonly maxKeys?: number
  /** Back-off of a {@link RetryLater}; default 25 ms to 1 s. */
  readonly backoff?: Backoff
  /** Back-off of what nobody foresaw; default 100 ms to 60 s. */
  readonly defectBackoff?: Backoff
  /** Told of each failed run. */
  onFailure?(failure: { key: string; error: unknown; attempt: number; retryInMs?: number }): void
}

interface Waiter<Result> {
  resolve(result: Result): void
  reject(error: unknown): void
}

interface Waiting<Item, Result> {
  item: Item
  lane: Lane
  readonly waiters: Waiter<Result>[]
}

interface Entry<Item, Result> {
  readonly key: string
  waiting: Waiting<Item, Result> | undefined
  running: boolean
  attempts: number
  /** Set while the key backs off. */
  cancelBackoff: (() => void) | undefined
}

export function createQueue<Item, Result>(
  options: QueueOptions<Item, Result>,
): KeyedQueue<Item, Result> {
  const { clock, concurrency = 256, maxKeys = 100_000 } = options
  const retryBackoff = options.backoff ?? { firstMs: 25, maxMs: 1_000 }
  const defectBackoff = options.defectBackoff ?? { firstMs: 100, maxMs: 60_000 }
  const entries = new Map<string, Entry<Item, Result>>()
  const lanes = { live: new Set<Entry<Item, Result>>(), resync: new Set<Entry<Item, Result>>() }
  const watchers = new Set<() => void>()
  let running = 0
  let closing = false
  let closed = false

  function push(key: string, item: Item, lane: Lane = 'live'): Promise<Result> {
    if (closing) return Promise.reject(stopping())
    let entry = entries.get(key)
    if (!entry) {
      if (entries.size >= maxKeys)
        return Promise.reject(new RetryLater(`${maxKeys} keys wait already`))
      entry = { key, waiting: undefined, running: false, attempts: 0, cancelBackoff: undefined }
      entries.set(key, entry)
    }
    const { promise, ...waiter } = Promise.withResolvers<Result>()
    wait(entry, { item, lane, waiters: [waiter] })
    return promise
  }

  /** Joins what waits for the key already; the newer item stays, everybody's promise is kept. */
  function wait(entry: Entry<Item, Result>, next: Waiting<Item, Result>): void {
    const { waiting } = entry
    if (waiting) {
      waiting.waiters.push(...next.waiters)
      if (options.supersedes(next.item, waiting.item)) waiting.item = next.item
      if (next.lane === 'live') waiting.lane = 'live'
    } else {
      entry.waiting = next
    }
    if (!entry.running && !entry.cancelBackoff) makeReady(entry)
  }

  /** A key that is ready already keeps its place, however often it is pushed. */
  function makeReady(entry: Entry<Item, Result>): void {
    const lane = entry.waiting?.lane ?? 'live'
    if (lane === 'live') lanes.resync.delete(entry)
    lanes[lane].add(entry)
    pump()
  }

  function pump(): void {
    while (running < concurrency && !closed) {
      const entry = first(lanes.live) ?? first(lanes.resync)
      if (!entry) return
      void runEntry(entry)
    }
  }

  function first(lane: Set<Entry<Item, Result>>): Entry<Item, Result> | undefined {
    for (const entry of lane) {
      lane.delete(entry)
      return entry
    }
    return undefined
  }

  async function runEntry(entry: Entry<Item, Result>): Promise<void> {
    const work = entry.waiting
    if (!work) return
    entry.waiting = undefined
    entry.running = true
    running++
    try {
      const result = await options.run(work.item, entry.key)
      entry.attempts = 0
      for (const { resolve } of work.waiters) resolve(result)
    } catch (error) {
      failed(entry, work, error)
    } finally {
      running--
      entry.running = false
      if (entry.waiting && !entry.cancelBackoff) makeReady(entry)
      else if (!entry.waiting) forget(entry)
      pump()
    }
  }

  function failed(entry: Entry<Item, Result>, work: Waiting<Item, Result>, error: unknown): void {
    const attempt = ++entry.attempts
    if (error instanceof GiveUp || closing) {
      entry.attempts = 0
      for (const { reject } of work.waiters) reject(error)
      options.onFailure?.({ key: entry.key, error, attempt })
      return
    }
    const kind = error instanceof RetryLater ? retryBackoff : defectBackoff
    const retryInMs = backoffMs(attempt, kind, Math.random())
    options.onFailure?.({ key: entry.key, error, attempt, retryInMs })
    const newer = entry.waiting
    entry.waiting = work
    entry.cancelBackoff = clock.after(retryInMs, () => endBackoff(entry))
    if (newer) wait(entry, newer)
  }

  function endBackoff(entry: Entry<Item, Result>): void {
    entry.cancelBackoff?.()
    entry.cancelBackoff = undefined
    makeReady(entry)
  }

  function forget(entry: Entry<Item, Result>): void {
    entries.delete(entry.key)
    for (const watcher of watchers) watcher()
  }

  /** Resolves once the condition holds; it is asked again whenever a key is done. */
  function until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve) => {
      const settle = () => {
        if (!condition()) return
        watchers.delete(settle)
        resolve()
      }
      watchers.add(settle)
    })
  }

  async function drain(timeoutMs: number, except = ''): Promise<number> {
    const left = () => entries.size - (entries.has(except) ? 1 : 0)
    let late = false
    const cancel = clock.after(timeoutMs, () => {
      late = true
      for (const watcher of watchers) watcher()
    })
    await until(() => left() === 0 || late)
    cancel()
    return left()
  }

  return {
    push,
    wake() {
      for (const entry of entries.values()) if (entry.cancelBackoff) endBackoff(entry)
    },
    drain,
    async close(timeoutMs) {
      closing = true
      for (const entry of entries.values()) if (entry.cancelBackoff) endBackoff(entry)
      const left = await drain(timeoutMs)
      closed = true
      for (const { waiting } of entries.values()) {
        for (const { reject } of waiting?.waiters ?? []) reject(stopping())
      }
      return left
    },
    get size() {
      return entries.size
    },
  }
}

const stopping = () => new RetryLater('this instance is stopping: send it again')
