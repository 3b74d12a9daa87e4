import type { Config } from '../config.ts'
import { GiveUp } from '../errors.ts'
import { clusterStarted, clusterStopping, plainEvent } from '../events.ts'
import { createLog } from '../log.ts'
import { aboutCoreDns } from './about-coredns.ts'
import type { Call, Command } from './command.ts'
import { NoInstance, startMs, tellInstance } from './send.ts'

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
      const timing = operand === 'start' ? { timeoutMs: startMs(call.config) } : {}
      const { url, answer } = await tellInstance(kinds[operand], call, timing)
      call.say(`${operand}: done by the instance at ${url}${aboutCoreDns(answer)}`, answer)
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
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(startMs(config))])
    await instance.synced(deadline)
    const handled = await instance.dispatch(plainEvent(clusterStarted, '/k2s-dns/cli'))
    const answer = { handled }
    say(`start: done by this process, since no instance runs${aboutCoreDns(answer)}`, answer)
  } finally {
    await instance.close()
  }
}

/** Without an instance nothing is under way, and every name that was told is in etcd already. */
async function stopByOurselves({ say }: Call): Promise<void> {
  say('stop: no instance runs, so nothing is left to finish', { handled: [] })
}
