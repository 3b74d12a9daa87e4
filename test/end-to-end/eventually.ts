import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks until the fact holds, that is, until it does not throw.
 * @param fact usually an assertion
 * @returns what it returned
 * @throws what it threw last, once the deadline has passed
 */
export async function eventually<T>(
  fact: () => T | Promise<T>,
  { withinMs = 10_000, pollMs = 20 } = {},
): Promise<T> {
  const since = performance.now()
  for (;;) {
    try {
      return await fact()
    } catch (error) {
      if (performance.now() - since > withinMs) throw late(error, withinMs)
    }
    await delay(pollMs)
  }
}

/** The same error, so that uvu shows its difference. */
function late(error: unknown, withinMs: number): unknown {
  if (error instanceof Error) error.message = `not within ${withinMs / 1_000} s: ${error.message}`
  return error
}
