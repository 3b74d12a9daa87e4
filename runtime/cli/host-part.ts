import type { Config } from '../config.ts'
import { GiveUp, RetryLater } from '../errors.ts'
import { clusterStarted, clusterStopping, plainEvent } from '../events.ts'
import type { HostsFileChange, Survey, TakenBack, Told } from '../host-context.ts'
import { createLog } from '../log.ts'
import type { Call, Flag } from './command.ts'

/** What a part of a command has done: a line for people, and the value for `--output json`. */
export interface Done {
  readonly text: string
  readonly value: unknown
}

export const modeFlag: Flag = {
  kind: 'string',
  description: '"all" or "split": which questions go to the cluster’s server; as --host.mode',
}

/** @throws GiveUp for a mode that there is not */
export function withMode({ config, flags }: Pick<Call, 'config' | 'flags'>): Config {
  const { mode } = flags
  if (mode === undefined) return config
  if (mode !== 'all' && mode !== 'split') throw new GiveUp(`--mode ${mode}: write all or split`)
  return { ...config, host: { ...config.host, mode } }
}

/** @throws RetryLater or GiveUp if this host is not told: it is as it was then */
export async function startHost(call: Call): Promise<Done> {
  const host = await call.composeHost(withMode(call), createLog('warn', 2), call.signal)
  const answer = await host.dispatch(plainEvent(clusterStarted, '/k2s-dns/cli'))
  const { driver, because, places, proven, files } = answer as unknown as Started
  const names = [...proven.ours.map(({ name }) => name), proven.foreign ?? []].flat()
  const told =
    driver === undefined || places.length === 0
      ? `nothing was told to this host: ${because}`
      : `this host is told (${driver}: ${places.map(({ label }) => label).join(', ')})` +
        (names.length > 0 ? `, and gets ${names.join(', ')}` : ', no name was there to prove it by')
  const text = [told, ...proven.faults, ...filesText(files)].join('; ')
  return { text, value: answer }
}

/** @throws RetryLater if a place could not be put back: it stays in the journal */
export async function restoreHost(call: Call): Promise<Done> {
  const host = await call.composeHost(withMode(call), createLog('warn', 2), call.signal)
  const answer = await host.dispatch(plainEvent(clusterStopping, '/k2s-dns/cli'))
  const { restored, left, files } = answer as unknown as Stopped
  if (left.length > 0) {
    const reasons = left.map(({ label, because }) => `${label}: ${because}`).join('; ')
    throw new RetryLater(`not put back yet, k2s-dns restore tries again: ${reasons}`)
  }
  const taken =
    restored.length > 0
      ? `this host is as it was found (${restored.join(', ')})`
      : 'nothing was to be put back on this host'
  return { text: [taken, ...filesText(files)].join('; '), value: answer }
}

/** What on-host-start and on-host-stop answer. */
type Started = Told & { readonly proven: Survey; readonly files: readonly HostsFileChange[] }
type Stopped = TakenBack & { readonly files: readonly HostsFileChange[] }

const filesText = (files: readonly HostsFileChange[]): string[] =>
  files.flatMap(({ path, changed, remarks }) => [
    ...(changed ? [`${path} was written`] : []),
    ...remarks.map((remark) => `${path}: ${remark}`),
  ])
