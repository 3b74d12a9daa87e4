import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../runtime/clock.ts'

/** A clock that stands still until a test moves it. */
export interface HandClock extends Clock {
  /** Moves it: what is due runs in its order, each with all that follows from it at that time. */
  pass(ms: number): Promise<void>
  /** How far away each timer is that still waits, the next first. */
  waiting(): number[]
}

interface Timer {
  readonly at: number
  readonly then: () => void
}

export function handClock(): HandClock {
  let now = 0
  const timers = new Set<Timer>()
  const inOrder = () => [...timers].sort((a, b) => a.at - b.at)
  const after = (ms: number, then: () => void) => {
    const timer = { at: now + ms, then }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  return {
    now: () => now,
    date: () => new Date(Date.UTC(2026, 0) + now),
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const cancel = after(ms, resolve)
        signal?.addEventListener('abort', () => {
          cancel()
          reject(signal.reason)
        })
      }),
    waiting: () => inOrder().map(({ at }) => at - now),
    async pass(ms) {
      const end = now + ms
      await nextTurn()
      for (let [next] = inOrder(); next && next.at <= end; [next] = inOrder()) {
        timers.delete(next)
        now = next.at
        next.then()
        await nextTurn()
      }
      now = end
    },
  }
}

/** Lets everything happen that can happen without time passing. */
export const settled = (): Promise<void> => nextTurn()
