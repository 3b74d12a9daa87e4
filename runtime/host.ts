import { hostFunctions } from '../functions/index.ts'
import type { Host } from './cli/command.ts'
import { runCommand } from './clients/command.ts'
import { createLookup, type SelfCommand } from './clients/lookup.ts'
import { systemClock as clock } from './clock.ts'
import { wishOf } from './config/host.ts'
import type { Config } from './config.ts'
import { createAdapters } from './effects/adapters/adapters.ts'
import { driversOf } from './effects/adapters/drivers.ts'
import { createJournal } from './effects/adapters/journal.ts'
import { journalFile } from './effects/adapters/journal-file.ts'
import { createLock } from './effects/adapters/lock.ts'
import { createHostResolver } from './effects/host-resolver.ts'
import { createHostsFiles } from './effects/hosts-files/index.ts'
import { messageOf, RetryLater } from './errors.ts'
import { type CloudEvent, hostStopping, plainEvent } from './events.ts'
import { examineHost } from './examine-host.ts'
import type { Answer } from './function.ts'
import type { Log } from './log.ts'
import { hostSource } from './sources/host.ts'

export interface HostSurroundings {
  readonly self: SelfCommand
  readonly log: Log
  readonly signal: AbortSignal
}

/** Of one event: a hook that takes longer holds up the cluster's own start or stop. */
const deadlineMs = 45_000

/** The host's part, put together. */
export function composeHost(config: Config, { self, log, signal }: HostSurroundings): Host {
  const { journal: path, prove, pollMs, server, hostsFile } = config.host
  const wish = wishOf(config)
  const drivers = driversOf(process.platform, { run: runCommand })
  const journal = createJournal(journalFile(path))
  const lock = createLock({ path, clock })
  const lookup = createLookup(runCommand, self)
  const adapters = createAdapters({ wish, drivers, journal, clock, log })
  const resolver = createHostResolver({ wish, prove, lookup, clock })
  const hostsFiles = createHostsFiles({
    ...hostsFile,
    ...(!wish && { names: [] }),
    server,
    run: runCommand,
    platform: process.platform,
    clock,
  })
  const onFailure = (error: unknown) => log.error({}, `this host: ${messageOf(error)}`)

  async function handle(event: CloudEvent<unknown>): Promise<Answer> {
    const late = new AbortController()
    const cancel = clock.after(deadlineMs, () =>
      late.abort(new RetryLater(`the host’s part was not done within ${deadlineMs} ms`)),
    )
    const context = {
      adapters,
      hostsFiles,
      resolver,
      signal: AbortSignal.any([signal, late.signal]),
    }
    try {
      for (const each of hostFunctions.filter((candidate) => candidate.covers(event))) {
        return await each.call(event, context)
      }
      return {}
    } finally {
      cancel()
    }
  }

  const dispatch: Host['dispatch'] = (event) => lock(() => handle(event))

  return {
    dispatch,
    async keep() {
      const source = hostSource({ changes: adapters.changes, pollMs, onFailure, clock })
      const emit = async (event: CloudEvent<unknown>) => {
        const answer = await dispatch(event)
        log.debug({ answer }, 'looked after this host')
        return []
      }
      await source.start(emit, signal)
      await dispatch(plainEvent(hostStopping, '/k2s-dns/host'))
    },
    examine: () => examineHost({ wish, drivers, journal, resolver, lookup, signal }),
  }
}
