import { wishOf } from '../config/host.ts'
import { GiveUp } from '../errors.ts'
import { createLog } from '../log.ts'
import type { Command } from './command.ts'
import { modeFlag, withMode } from './host-part.ts'

export const host: Command = {
  name: 'host',
  summary: 'Look after this host while the cluster is started, until stopped; for a service',
  example: 'k2s-dns host --host.server 172.19.1.100',
  flags: { mode: modeFlag },
  async run(call) {
    const config = withMode(call)
    if (!wishOf(config)) throw new GiveUp('set host.server, and host.mode to split or all')
    const log = createLog(config.log.level)
    const host = await call.composeHost(config, log, call.signal)
    log.info({ server: config.host.server, mode: config.host.mode }, 'looking after this host')
    await host.keep()
    log.info({}, 'stopped, this host is as it was found')
    return 0
  },
}
