import { systemClock } from '../../runtime/clock.ts'
import { GiveUp, messageOf } from '../../runtime/errors.ts'

export interface Waiting {
  /** What is waited for, for the error. */
  readonly what: string
  /** Default 30,000. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  readonly signal: AbortSignal
}

/**
 * Asks until the answer is neither false nor undefined and nothing is thrown.
 * @throws GiveUp with the last trouble when the time is up
 */
export async function until<T>(
  ask: () => Promise<T | false | undefined> | T | false | undefined,
  { what, timeoutMs = 30_000, everyMs = 25, signal }: Waiting,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let trouble = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== false && answer !== undefined) return answer
    } catch (error) {
      trouble = `: ${messageOf(error)}`
    }
    if (performance.now() > deadline) throw new GiveUp(`${what}: not within ${timeoutMs} ms${trouble}`)
    await systemClock.sleep(everyMs, signal)
  }
}
