import type { Clock } from '../../clock.ts'
import { GiveUp, joined, RetryLater } from '../../errors.ts'
import type { Adapters, TakenBack, ToldPlace } from '../../host-context.ts'
import type { Log } from '../../log.ts'
import type { AdapterDriver, Place, Wish } from './driver.ts'
import { chooseDriver, type Drivers } from './drivers.ts'
import { type Entry, entryOf, missing } from './entry.ts'
import type { Journal } from './journal.ts'
import { createPatience } from './patience.ts'
import { flush, putBack } from './put-back.ts'
import { isSame } from './values.ts'

export interface AdaptersOptions {
  /** Undefined if this host is to be let be: then it can only be taken back. */
  readonly wish: Wish | undefined
  readonly drivers: Drivers
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  /** Of a take-back; default 60,000. */
  readonly takeBackMs?: number
}

/**
 * First the journal, then the host, then a look whether it took it. Calls must not overlap, those of other processes
 * neither: see lock.ts.
 */
export function createAdapters(
  options: AdaptersOptions,
): Adapters & Required<Pick<AdapterDriver, 'changes'>> {
  const { wish, drivers, journal, clock, log, takeBackMs = 60_000 } = options
  const patience = createPatience(clock, (id) =>
    log.warn(
      { id },
      'somebody else sets this place again and again: it is left to them for a while',
    ),
  )

  async function tell(driver: AdapterDriver, wish: Wish, signal: AbortSignal) {
    const noted = await journal.read()
    const { places, kept, left } = await withoutOutdated(noted.entries, driver, wish, signal)
    const date = clock.date()
    const tellings = places
      .filter(({ id }) => !left.some(({ entry }) => entry.id === id))
      .map((place) => {
        const known = kept.find(({ id }) => id === place.id)
        const telling = { driver: driver.name, server: wish.server, known, date }
        return { place, entry: entryOf(place, telling), isAgain: known !== undefined }
      })
    const wantedSince = noted.wantedSince ?? date.toISOString()
    const next = {
      wantedSince,
      entries: [left, tellings].flat().flatMap(({ entry }) => entry ?? []),
    }
    if (JSON.stringify(next) !== JSON.stringify(noted)) await journal.write(next)
    const told: ToldPlace[] = []
    const failures: unknown[] = left.map(
      ({ entry, because }) => new RetryLater(`${entry.label}: ${because}`),
    )
    for (const { place, isAgain } of tellings) {
      await tellOne(driver, place, isAgain, signal).then(
        (outcome) => told.push({ id: place.id, label: place.label, outcome }),
        (error: unknown) => failures.push(error),
      )
    }
    if (told.some(({ outcome }) => outcome === 'told')) {
      await flush(driver.name, drivers, { log, signal })
    }
    if (failures.length > 0) throw joined(failures)
    return told
  }

  /** What another wish has set goes back first, so that the journal never knows two values of ours. */
  async function withoutOutdated(
    entries: readonly Entry[],
    driver: AdapterDriver,
    wish: Wish,
    signal: AbortSignal,
  ) {
    const places = await driver.places(wish, signal)
    const outdated = entries.filter((entry) => !isOf(entry, driver, wish, places))
    if (outdated.length === 0) return { places, kept: entries, left: [] }
    const { left } = await putBack(outdated, { drivers, log, signal })
    const kept = entries.filter((entry) => !outdated.includes(entry))
    return { places: await driver.places(wish, signal), kept, left }
  }

  async function tellOne(
    driver: AdapterDriver,
    place: Place,
    isAgain: boolean,
    signal: AbortSignal,
  ): Promise<ToldPlace['outcome']> {
    const fields = missing(place)
    if (Object.keys(fields).length === 0) return 'as it was'
    if (isAgain && !patience.spend(place.id)) return 'contested'
    await driver.write(place.id, fields, signal)
    const now = (await driver.read(place.id, signal)) ?? {}
    const not = Object.keys(missing({ now, wanted: place.wanted }))
    if (not.length > 0) {
      throw new RetryLater(`${place.label}: ${not.join(', ')} is not as it was just written`)
    }
    return 'told'
  }

  /** Whether it is wanted is on the disk before the first change, so that no crash brings it back. */
  async function takeBack({ stillWanted }: { stillWanted: boolean }): Promise<TakenBack> {
    const signal = AbortSignal.timeout(takeBackMs)
    const noted = await journal.read()
    const wantedSince = stillWanted ? noted.wantedSince : null
    if (wantedSince !== noted.wantedSince) await journal.write({ ...noted, wantedSince })
    if (noted.entries.length === 0) return { restored: [], left: [] }
    const { done, left } = await putBack(noted.entries, { drivers, log, signal })
    if (done.length > 0) {
      await journal.write({ wantedSince, entries: left.map(({ entry }) => entry) })
    }
    return {
      restored: done.map(({ label }) => label),
      left: left.map(({ entry, because }) => ({ label: entry.label, because })),
    }
  }

  return {
    async set(zones, signal) {
      if (!wish) {
        throw new GiveUp('set host.server, and host.mode to split or all: else this host is let be')
      }
      const { driver, because } = await chooseDriver(wish.mode, drivers, signal)
      const places = driver ? await tell(driver, { ...wish, zones }, signal) : []
      return { driver: driver?.name, because, places }
    },
    isWanted: async () => wish !== undefined && (await journal.read()).wantedSince !== null,
    takeBack: () => takeBack({ stillWanted: false }),
    suspend: () => takeBack({ stillWanted: true }),
    async *changes(signal) {
      const driver = wish && (await chooseDriver(wish.mode, drivers, signal)).driver
      if (driver?.changes) yield* driver.changes(signal)
    },
  }
}

/** Whether what we set there is what is still wished for. */
const isOf = (entry: Entry, driver: AdapterDriver, { server }: Wish, places: readonly Place[]) =>
  entry.driver === driver.name &&
  isSame({ ...entry.server }, { ...server }) &&
  places.some(
    ({ id, wanted }) =>
      id === entry.id &&
      Object.entries(entry.ours).every(([name, value]) => isSame(wanted[name], value)),
  )
