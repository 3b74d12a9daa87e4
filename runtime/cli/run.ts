import { once } from 'node:events'
import { createLog } from '../log.ts'
import type { Command } from './command.ts'

export const run: Command = {
  name: 'run',
  summary: 'Keep the names of a cluster until stopped',
  example:
    'k2s-dns run --etcd.endpoints http://10.0.0.5:2379 --dns.zones cluster.local,apps.example',
  async run({ config, configFile, signal, startInstance }) {
    const log = createLog(config.log.level)
    const instance = await startInstance(config, log, signal, configFile)
    const stopped = signal.aborted ? undefined : once(signal, 'abort')
    const synced = instance.synced(signal).then(() => log.info({ url: instance.url }, 'synced'))
    try {
      await Promise.race([stopped, synced])
      await stopped
    } finally {
      synced.catch(() => undefined) // told by the race, or of no interest after a stop
      const { left } = await instance.close()
      log.info(
        { left },
        left === 0 ? 'stopped, nothing left undone' : 'stopped before all was done',
      )
    }
    return 0
  },
}
