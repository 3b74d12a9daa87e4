import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import type { Wish } from './effects/adapters/driver.ts'
import { type Drivers, detectAll } from './effects/adapters/drivers.ts'
import type { Entry } from './effects/adapters/entry.ts'
import type { Journal, Noted } from './effects/adapters/journal.ts'
import type { Lookup } from './effects/host-resolver.ts'
import { messageOf } from './errors.ts'
import type { HostResolver } from './host-context.ts'

/** What `k2s-dns doctor` found on this host; it changes nothing. */
export interface Examination {
  readonly wish: Wish | undefined
  readonly drivers: readonly DriverSeen[]
  readonly journal: {
    readonly path: string
    readonly wantedSince: string | null
    readonly entries: readonly Entry[]
    /** Why it can't be read or written, and what to do. */
    readonly fault: string | undefined
  }
  /** For which of our zones the cluster's server does not answer. */
  readonly serverFaults: readonly string[]
  /** Names that the host ought to get, and what it gets. */
  readonly names: readonly NameSeen[]
}

export interface DriverSeen {
  readonly name: string
  readonly applies: boolean
  /** The first that applies. */
  readonly decides: boolean
  readonly because: string
}

export interface NameSeen {
  readonly name: string
  readonly addresses: readonly string[]
  /** Whether it gets what the cluster's server says; of a name of others whether it gets anything. */
  readonly isRight: boolean
}

export interface Examined {
  readonly wish: Wish | undefined
  readonly drivers: Drivers
  readonly journal: Journal
  readonly resolver: HostResolver
  readonly lookup: Lookup
  readonly signal: AbortSignal
}

const lookupMs = 5_000

export async function examineHost(examined: Examined): Promise<Examination> {
  const { wish, drivers, signal } = examined
  const detected = wish ? await detectAll(wish.mode, drivers, signal) : []
  const decides = detected.findIndex(({ applies }) => applies)
  return {
    wish,
    drivers: detected.map(({ driver, applies, because }, index) => ({
      name: driver.name,
      applies,
      decides: index === decides,
      because,
    })),
    journal: await examineJournal(examined.journal),
    ...(wish ? await examineNames(examined) : { serverFaults: [], names: [] }),
  }
}

async function examineJournal(journal: Journal): Promise<Examination['journal']> {
  const { path } = journal
  try {
    const noted: Noted = await journal.read()
    return { path, ...noted, fault: await unwritable(path) }
  } catch (error) {
    return { path, wantedSince: null, entries: [], fault: messageOf(error) }
  }
}

/** Of a journal that does not exist yet the nearest folder counts. */
async function unwritable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.W_OK)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && path.dirname(file) !== file) return unwritable(path.dirname(file))
    return `${file} can’t be written (${code}): cluster start, stop and restore need the rights of root or Administrator`
  }
}

async function examineNames({ resolver, lookup, signal }: Examined) {
  const limits = { timeoutMs: lookupMs, signal }
  try {
    const { faults, ours, foreign } = await resolver.survey(signal)
    const seen = async (name: string, expected?: readonly string[]): Promise<NameSeen> => {
      const addresses = await lookup(name, limits)
      return {
        name,
        addresses,
        isRight: addresses.some((each) => expected?.includes(each) ?? true),
      }
    }
    const names = await Promise.all([
      ...ours.map(({ name, addresses }) => seen(name, addresses)),
      ...(foreign === undefined ? [] : [seen(foreign)]),
    ])
    return { serverFaults: faults, names }
  } catch (error) {
    return { serverFaults: [messageOf(error)], names: [] }
  }
}
