import { RetryLater } from '../errors.ts'

export interface Patience {
  readonly withinMs: number
  /** What is waited for, as the beginning of a sentence. */
  readonly what: string
  /** The waiting ends as soon as one of them aborts, with its reason. */
  readonly until: readonly AbortSignal[]
}

/**
 * Waits for work, but not for ever. Work that doesn't heed the signal is left to itself; what
 * becomes of it later is not looked at.
 * @throws RetryLater when the time is up; a signal's reason; whatever the work rejects with
 */
export async function waitFor<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { withinMs, what, until }: Patience,
): Promise<T> {
  for (const signal of until) signal.throwIfAborted()
  const waiting = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    waiting.abort(reason)
    reject(reason)
  }
  const timer = setTimeout(
    () => end(new RetryLater(`${what} after ${withinMs} ms: ask again`)),
    withinMs,
  )
  // Not AbortSignal.any: work that is done would still be told when its connection closes.
  const listening = new AbortController()
  for (const signal of until) {
    signal.addEventListener('abort', () => end(signal.reason), { signal: listening.signal })
  }
  try {
    return await Promise.race([work(waiting.signal), over])
  } finally {
    clearTimeout(timer)
    listening.abort()
  }
}
