export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/**
 * How long to wait before try number `attempt` + 1: doubling up to the maximum, and of that a random half, so
 * that those who failed together don't come back together.
 * @param attempt 1 after the first failure
 * @param random from 0 to below 1
 */
export function backoffMs(attempt: number, { firstMs, maxMs }: Backoff, random: number): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30))
  return full / 2 + (full / 2) * random
}

/** Before a server is asked again that could not be reached. @param attempt 1 after the first failure */
export const pauseMs = (attempt: number): number =>
  backoffMs(attempt, { firstMs: 50, maxMs: 1_000 }, Math.random())
