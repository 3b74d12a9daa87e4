import { pauseMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { messageOf, RetryLater } from './errors.ts'
import type { Records } from './function.ts'
import type { Log } from './log.ts'

export interface Preparing {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Resolves once the store was reached and what lies there is whole: what every replica does at its start.
 * @throws GiveUp if it was written by a newer version; the signal's reason
 */
export async function prepare(
  records: Pick<Records, 'check' | 'audit'>,
  { clock, log, signal }: Preparing,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await records.check()
      await records.audit()
      return
    } catch (error) {
      if (!(error instanceof RetryLater)) throw error
      log.warn({ attempt }, messageOf(error))
      const waitMs = pauseMs(attempt)
      await clock.sleep(waitMs, signal)
    }
  }
}
