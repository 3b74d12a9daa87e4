import { pauseMs } from '../../backoff.ts'
import type { Clock } from '../../clock.ts'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'

export interface Trying {
  /** For the log: a kind, as a rule. */
  readonly what: string
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Does work that begins anew after whatever it throws, with a back-off, until it is done or the signal aborts. Of the
 * same trouble in a row the first is told.
 * @param work calls `onProgress` when things are as they should be: the next trouble is a first one
 */
export async function keepTrying(
  work: (onProgress: () => void) => Promise<void>,
  { what, clock, log, signal }: Trying,
): Promise<void> {
  let attempt = 0
  let said = ''
  while (!signal.aborted) {
    try {
      await work(() => {
        attempt = 0
      })
      return
    } catch (error) {
      if (signal.aborted) return
      const waitMs = pauseMs(++attempt)
      if (messageOf(error) !== said) log.warn({ kind: what, attempt }, messageOf(error))
      said = messageOf(error)
      await clock.sleep(waitMs, signal).catch(() => undefined) // aborted: the loop ends
    }
  }
}
