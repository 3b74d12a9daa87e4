import { GiveUp, RetryLater } from '../../runtime/errors.ts'
import { createQueue, type KeyedQueue, type QueueOptions } from '../../runtime/queue.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'

/** Items are numbers, a greater one is newer. What is done is what a real effect would have left. */
export interface QueueWorld {
  readonly clock: HandClock
  readonly queue: KeyedQueue<number, string>
  /** The last item that took effect, by key. */
  readonly effects: Map<string, number>
  /** `key item` of each run, in the order in which they began. */
  readonly runs: string[]
  /** Keys whose runs are stopped until they are let go. */
  hold(key: string): void
  release(key: string): void
  /** From now on runs of the key fail so. */
  fail(key: string, error: Error): void
  mend(key: string): void
}

export const later = new RetryLater('the store is away')
export const never = new GiveUp('it is no ingress')
export const defect = new TypeError('undefined is not a function')

export function queueWorld(options: Partial<QueueOptions<number, string>> = {}): QueueWorld {
  const clock = handClock()
  const held = new Map<string, PromiseWithResolvers<void>>()
  const failing = new Map<string, Error>()
  const effects = new Map<string, number>()
  const runs: string[] = []
  const queue = createQueue<number, string>({
    clock,
    supersedes: (item, waiting) => item >= waiting,
    async run(item, key) {
      runs.push(`${key} ${item}`)
      await held.get(key)?.promise
      const error = failing.get(key)
      if (error) throw error
      effects.set(key, item)
      return `${key} ${item}`
    },
    ...options,
  })
  return {
    clock,
    queue,
    effects,
    runs,
    hold: (key) => void held.set(key, Promise.withResolvers()),
    release(key) {
      held.get(key)?.resolve()
      held.delete(key)
    },
    fail: (key, error) => void failing.set(key, error),
    mend: (key) => void failing.delete(key),
  }
}
