import type { Config } from '../config.ts'
import { GiveUp } from '../errors.ts'
import { clusterStarted, clusterStopping, plainEvent } from '../events.ts'
import { createLog } from '../log.ts'
import type { Call, Command } from './command.ts'
import { NoInstance, tellInstance, tellMs } from './send.ts'

const kinds = { start: clusterStarted, stop: clusterStopping } as const

export const cluster: Command = {
  name: 'cluster',
  operands: 'start|stop',
  summary: 'Tell that the cluster has started or is about to stop; for lifecycle hooks',
  example: 'k2s-dns cluster start --kubeconfig /etc/kubernetes/admin.conf',
  async run(call) {
    const [operand] = call.operands
    if (operand !== 'start' && operand !== 'stop') throw new GiveUp('cluster takes start or stop')
    try {
      const { url, answer } = await tellInstance(kinds[operand], call)
      call.say(`${operand}: done by the instance at ${url}`, answer)
    } catch (error) {
      if (!(error instanceof NoInstance)) throw error
      await (operand === 'start' ? startByOurselves(call) : stopByOurselves(call))
    }
    return 0
  },
}

/** No instance runs: one of our own, on a port that nobody knows, brings the names up to date and ends. */
async function startByOurselves({ config, say, signal, startInstance }: Call): Promise<void> {
  const own: Config = { ...config, http: { host: '127.0.0.1', port: 0 } }
  const instance = await startInstance(own, createLog('silent'), signal)
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(tellMs)])
    await instance.synced(deadline)
    const handled = await instance.dispatch(plainEvent(clusterStarted, '/k2s-dns/cli'))
    say('start: done by this process, since no instance runs', { handled })
  } finally {
    await instance.close()
  }
}

/** Without an instance nothing is under way, and every name that was told is in etcd already. */
async function stopByOurselves({ say }: Call): Promise<void> {
  say('stop: no instance runs, so nothing is left to finish', { handled: [] })
}
