/** Something that tells of changes until the signal. */
export type Teller = (signal: AbortSignal) => AsyncIterable<unknown>

/**
 * Yields after any of them has told of something; what is told before the next step is taken counts once.
 * @throws what one of them throws
 */
export async function* changesOf(
  tellers: readonly Teller[],
  signal: AbortSignal,
): AsyncGenerator<void> {
  const ended = new AbortController()
  const until = AbortSignal.any([signal, ended.signal])
  const failures: unknown[] = []
  let told = Promise.withResolvers<void>()
  const listening = tellers.map(async (teller) => {
    try {
      for await (const _ of teller(until)) told.resolve()
    } catch (error) {
      if (!until.aborted) failures.push(error)
    }
    told.resolve()
  })
  try {
    for (;;) {
      await told.promise
      told = Promise.withResolvers()
      if (signal.aborted) return
      if (failures.length > 0) throw failures[0]
      yield
    }
  } finally {
    ended.abort()
    await Promise.all(listening)
  }
}
