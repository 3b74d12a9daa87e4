import type { Clock } from '../clock.ts'

/**
 * Reads again and again, and yields what is other than the last that was yielded. It is believed when it was the
 * same twice, so that a file which is just being written is not read by halves. Ends when the signal aborts.
 * @param read of what can be told by its JSON
 */
export async function* settled<T>(
  read: () => Promise<T>,
  pollMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let yielded: string | undefined
  let before: string | undefined
  while (!signal.aborted) {
    const content = await read()
    const seen = JSON.stringify(content)
    if (seen === before && seen !== yielded) {
      yielded = seen
      yield content
    }
    before = seen
    await clock.sleep(pollMs, signal).catch(() => undefined) // aborted: the loop ends
  }
}
