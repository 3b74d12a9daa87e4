import type { RunCommand } from '../../clients/command.ts'
import type { FollowCommand } from '../../clients/follow.ts'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'
import type { AdapterDriver, Wish } from './driver.ts'
import { createMacos } from './macos.ts'
import { createNetworkManager } from './network-manager.ts'
import { createResolvConf } from './resolv-conf.ts'
import { createResolvconf } from './resolvconf.ts'
import { createResolved } from './resolved.ts'
import { createWindowsAdapters } from './windows-adapters.ts'
import { createWindowsNrpt } from './windows-nrpt.ts'

/** Those that may decide on this platform. The first of a mode whose `detect` says so is the one. */
export type Drivers = Readonly<Record<Wish['mode'], readonly AdapterDriver[]>>

interface Means {
  readonly run: RunCommand
  readonly follow: FollowCommand
  readonly clock: Clock
}

const resolvConf = '/etc/resolv.conf'

const byPlatform: Readonly<Partial<Record<NodeJS.Platform, (means: Means) => Drivers>>> = {
  linux: ({ run, follow, clock }) =>
    forBoth([
      createResolved({ run, follow, clock }),
      createNetworkManager({ run, follow }),
      createResolvconf({ path: resolvConf, run }),
      createResolvConf({ path: resolvConf, run, clock }),
    ]),
  darwin: ({ run }) => forBoth([createMacos({ run })]),
  win32: ({ run }) => ({
    split: [createWindowsNrpt({ run })],
    all: [createWindowsAdapters({ run })],
  }),
}

const forBoth = (drivers: readonly AdapterDriver[]): Drivers => ({ split: drivers, all: drivers })

export const driversOf = (platform: NodeJS.Platform, means: Means): Drivers =>
  byPlatform[platform]?.(means) ?? forBoth([])

/** By the name that the journal has. @throws RetryLater if it was written by a version with other drivers */
export function driverNamed(name: string, drivers: Drivers): AdapterDriver {
  const driver = [...drivers.split, ...drivers.all].find((each) => each.name === name)
  if (driver) return driver
  throw new RetryLater(`this version, on this platform, has no driver ${name}`)
}

export interface Detected {
  readonly driver: AdapterDriver
  readonly applies: boolean
  readonly because: string
}

/** What each driver says of this host, in their order: the first that applies decides. */
export const detectAll = (
  mode: Wish['mode'],
  drivers: Drivers,
  signal: AbortSignal,
): Promise<readonly Detected[]> =>
  Promise.all(drivers[mode].map(async (driver) => ({ driver, ...(await driver.detect(signal)) })))

/** @returns without a driver if none applies */
export async function chooseDriver(
  mode: Wish['mode'],
  drivers: Drivers,
  signal: AbortSignal,
): Promise<{ readonly driver: AdapterDriver | undefined; readonly because: string }> {
  const detected = await detectAll(mode, drivers, signal)
  const chosen = detected.find(({ applies }) => applies)
  if (chosen) return chosen
  const reasons = detected.map(({ driver, because }) => `${driver.name}: ${because}`)
  return { driver: undefined, because: reasons.join('; ') || 'no driver is for this platform' }
}
