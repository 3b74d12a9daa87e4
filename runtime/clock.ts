import { setTimeout as delay } from 'node:timers/promises'

/** Time is handed in, so that a test can be its master. */
export interface Clock {
  /** Milliseconds that only ever grow; no date. */
  now(): number
  /** What the calendar says. It may jump, so it is told to people and nothing is judged by it. */
  date(): Date
  /** Resolves after the time, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `then` once after the time; the returned function cancels it. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { ...(signal && { signal }) })
  },
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}
