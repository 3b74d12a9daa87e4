import type { Clock } from '../clock.ts'

/** Tells how long to wait before a name is put right once more. */
export interface Damping {
  /** To be called at each disturbance. `becameContested` is true once, at the one that makes it a war. */
  note(name: string): { readonly waitMs: number; readonly becameContested: boolean }
}

interface Past {
  /** Disturbances that came soon after the one before. */
  count: number
  lastAt: number
}

/** So often at once is an accident, more is somebody who does it on purpose. */
const patience = 5
const maxNames = 10_000

export interface DampingOptions {
  readonly clock: Clock
  readonly onContested: (names: number) => void
  /** The first wait; default 500. */
  readonly firstMs?: number
  /** The longest; default 60,000. */
  readonly maxMs?: number
  /** A name that was left alone for so much longer than we waited is no longer contested; default 30,000. */
  readonly calmMs?: number
}

/** Each disturbance beyond the fifth in a row waits twice as long as the one before. */
export function createDamping(options: DampingOptions): Damping {
  const { clock, onContested, firstMs = 500, maxMs = 60_000, calmMs = 30_000 } = options
  const pasts = new Map<string, Past>()

  const contested = new Set<string>()
  let forgotAt = clock.now()

  const waitOf = ({ count }: Past) =>
    count <= patience ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(count - patience - 1, 20))

  function forgetCalm(): void {
    if (clock.now() - forgotAt < calmMs / 2) return
    forgotAt = clock.now()
    for (const [name, past] of pasts) {
      if (clock.now() - past.lastAt <= waitOf(past) + calmMs) continue
      pasts.delete(name)
      contested.delete(name)
    }
    onContested(contested.size)
  }

  return {
    note(name) {
      forgetCalm()
      if (pasts.size >= maxNames && !pasts.has(name)) return { waitMs: 0, becameContested: false }
      const past = pasts.get(name) ?? { count: 0, lastAt: 0 }
      past.count++
      past.lastAt = clock.now()
      pasts.set(name, past)
      const becameContested = past.count === patience + 1
      if (becameContested) onContested(contested.add(name).size)
      return { waitMs: waitOf(past), becameContested }
    },
  }
}
