import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type Drivers, driverNamed } from './drivers.ts'
import { type Entry, puttingBack } from './entry.ts'
import { isSame } from './values.ts'

export interface PutBack {
  /** As they were found, or as somebody else has set them since, or gone. */
  readonly done: readonly Entry[]
  readonly left: readonly { readonly entry: Entry; readonly because: string }[]
}

/** Each place for itself: one that can't be put back holds up no other. Doing it again changes nothing. */
export async function putBack(
  entries: readonly Entry[],
  { drivers, log, signal }: { drivers: Drivers; log: Log; signal: AbortSignal },
): Promise<PutBack> {
  const done: Entry[] = []
  const left: { entry: Entry; because: string }[] = []
  const written = new Set<string>()
  for (const entry of entries) {
    try {
      const isWritten = await putBackOne(entry, drivers, signal)
      if (isWritten) written.add(entry.driver)
      done.push(entry)
    } catch (error) {
      left.push({ entry, because: messageOf(error) })
    }
  }
  for (const name of written) await flush(name, drivers, { log, signal })
  return { done, left }
}

/** @returns whether it had to be written */
async function putBackOne(entry: Entry, drivers: Drivers, signal: AbortSignal): Promise<boolean> {
  const driver = driverNamed(entry.driver, drivers)
  const now = await driver.read(entry.id, signal)
  const back = now ? puttingBack(entry, now) : {}
  if (Object.keys(back).length === 0) return false
  await driver.write(entry.id, back, signal)
  const after = await driver.read(entry.id, signal)
  const stuck = Object.keys(back).filter((name) => isSame(after?.[name], now?.[name]))
  if (after && stuck.length > 0)
    throw new Error(`${stuck.join(', ')}: written, and still as before`)
  return true
}

/** A host that answers from its cache for a while is no reason to fail. */
export async function flush(
  driver: string,
  drivers: Drivers,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  await driverNamed(driver, drivers)
    .flush(signal)
    .catch((error: unknown) => {
      log.warn({ driver }, `the host’s cache could not be emptied: ${messageOf(error)}`)
    })
}
