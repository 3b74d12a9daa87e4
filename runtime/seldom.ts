import type { Clock } from './clock.ts'

/** Asks once in a time at most, however often it is called: whoever calls meanwhile is told the same. */
export function seldom<T>(
  ask: () => Promise<T>,
  { everyMs, clock }: { readonly everyMs: number; readonly clock: Clock },
): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    if (!asked || clock.now() - asked.at >= everyMs) asked = { at: clock.now(), answer: ask() }
    return asked.answer
  }
}
