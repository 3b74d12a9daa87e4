import { setTimeout as delay } from 'node:timers/promises'

export interface Patience {
  readonly deadlineMs: number
  /** Between two questions; default 20. */
  readonly pollMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks until the answer is yes. A question that fails counts as no.
 * @param what for the error: "it was not WHAT within 5 s"
 * @throws Error after the deadline, with the last failure as its cause; the signal's reason
 */
export async function until(
  what: string,
  question: (signal: AbortSignal) => Promise<boolean> | boolean,
  { deadlineMs, pollMs = 20, signal }: Patience,
): Promise<void> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const both = signal ? AbortSignal.any([deadline, signal]) : deadline
  let cause: unknown
  while (!both.aborted) {
    try {
      if (await question(both)) return
    } catch (error) {
      cause = error
    }
    await delay(pollMs, undefined, { signal: both }).catch(() => undefined)
  }
  signal?.throwIfAborted()
  throw new Error(`not ${what} within ${deadlineMs / 1000} s`, { cause })
}
