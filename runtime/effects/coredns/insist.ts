import type { Clock } from '../../clock.ts'
import { messageOf, RetryLater } from '../../errors.ts'

const pauseMs = 250

/**
 * Tries work that may be begun anew until it is done or its time is up; {@link RetryLater} is no reason to stop.
 * @throws the signal's reason; RetryLater when the time is up, with what was in the way last; what work throws else
 */
export async function insist<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { withinMs, clock, signal }: { withinMs: number; clock: Clock; signal: AbortSignal },
): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(withinMs, () => late.abort(new RetryLater('the time is up')))
  const either = AbortSignal.any([signal, late.signal])
  let last = ''
  try {
    for (;;) {
      try {
        return await work(either)
      } catch (error) {
        signal.throwIfAborted()
        const isLate = late.signal.aborted // what was ended by that may throw anything
        if (!isLate && !(error instanceof RetryLater)) throw error
        if (!isLate || last === '') last = messageOf(error)
      }
      await clock.sleep(pauseMs, either).catch(() => undefined) // seen on the next line
      signal.throwIfAborted()
      if (late.signal.aborted) throw new RetryLater(`not within ${withinMs / 1_000} s: ${last}`)
    }
  } finally {
    cancel()
  }
}
