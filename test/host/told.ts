import type { AdapterDriver, Fields, Wish } from '../../runtime/effects/adapters/driver.ts'

/** A driver's places told by hand, each with the way back. */
export async function told(driver: AdapterDriver, wish: Wish, signal: AbortSignal) {
  const places = await driver.places(wish, signal)
  for (const { id, wanted } of places) await driver.write(id, wanted, signal)
  return {
    places,
    async takeBack(): Promise<void> {
      for (const { id, now, wanted } of places) {
        await driver.write(id, pick(now, Object.keys(wanted)), signal)
      }
    },
  }
}

const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))

/** Counts what a driver says of changes. */
export function listen(driver: AdapterDriver) {
  const stopped = new AbortController()
  let count = 0
  const ended = (async () => {
    for await (const _ of driver.changes?.(stopped.signal) ?? []) count++
  })()
  ended.catch(() => undefined) // whoever wants to know waits for it
  return {
    get count() {
      return count
    },
    ended,
    async end() {
      stopped.abort()
      await ended
    },
  }
}
