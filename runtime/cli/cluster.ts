import { existsSync } from 'node:fs'
import { wishOf } from '../config/host.ts'
import type { Config } from '../config.ts'
import { GiveUp, joined } from '../errors.ts'
import { clusterStarted, clusterStopping, plainEvent } from '../events.ts'
import { createLog } from '../log.ts'
import { aboutCoreDns } from './about-coredns.ts'
import type { Call, Command } from './command.ts'
import { type Done, modeFlag, restoreHost, startHost, withMode } from './host-part.ts'
import { NoInstance, startMs, tellInstance } from './send.ts'

type Operand = 'start' | 'stop'
type PartName = 'host' | 'cluster'
type Part = (call: Call) => Promise<Done>

export const cluster: Command = {
  name: 'cluster',
  operands: 'start|stop',
  summary: 'Tell that the cluster has started or is about to stop; for lifecycle hooks',
  example: 'k2s-dns cluster start --kubeconfig /etc/kubernetes/admin.conf',
  flags: {
    mode: modeFlag,
    only: { kind: 'string', description: '"host" or "cluster": that part alone' },
  },
  async run(call) {
    const [operand] = call.operands
    if (operand !== 'start' && operand !== 'stop') throw new GiveUp('cluster takes start or stop')
    const done: [PartName, Done][] = []
    const failures: unknown[] = []
    const tried = partsOf(operand, call)
    for (const name of tried) {
      await parts[name][operand](call).then(
        (part) => done.push([name, part]),
        (error: unknown) => failures.push(error), // what can be done is done all the same
      )
    }
    if (done.length > 0) {
      const text = done.map(([, part]) => part.text).join('; ')
      const values = Object.fromEntries(done.map(([name, { value }]) => [name, value]))
      call.say(`${operand}: ${text}`, tried.includes('host') ? values : values['cluster'])
    }
    if (failures.length > 0) throw joined(failures)
    return 0
  },
}

/** The host first: while the cluster still answers at a stop, and before anybody waits for names at a start. */
function partsOf(operand: Operand, call: Call): readonly PartName[] {
  const { only } = call.flags
  if (only === 'host' || only === 'cluster') return [only]
  if (only !== undefined) throw new GiveUp(`--only ${only}: write host or cluster`)
  const config = withMode(call)
  const isTold = wishOf(config) !== undefined
  const wasTold = operand === 'stop' && existsSync(config.host.journal)
  return isTold || wasTold ? ['host', 'cluster'] : ['cluster']
}

const parts: Readonly<Record<PartName, Readonly<Record<Operand, Part>>>> = {
  host: { start: startHost, stop: restoreHost },
  cluster: {
    start: (call) => tellOr(startByOurselves, 'start', call),
    stop: (call) => tellOr(stopByOurselves, 'stop', call),
  },
}

const kinds = { start: clusterStarted, stop: clusterStopping } as const

async function tellOr(byOurselves: Part, operand: Operand, call: Call): Promise<Done> {
  try {
    const timing = operand === 'start' ? { timeoutMs: startMs(call.config) } : {}
    const { url, answer } = await tellInstance(kinds[operand], call, timing)
    return { text: `done by the instance at ${url}${aboutCoreDns(answer)}`, value: answer }
  } catch (error) {
    if (!(error instanceof NoInstance)) throw error
    return byOurselves(call)
  }
}

/** No instance runs: one of our own, on a port that nobody knows, brings the names up to date and ends. */
async function startByOurselves({ config, signal, startInstance }: Call): Promise<Done> {
  const own: Config = { ...config, http: { host: '127.0.0.1', port: 0 } }
  const instance = await startInstance(own, createLog('silent'), signal)
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(startMs(config))])
    await instance.synced(deadline)
    const handled = await instance.dispatch(plainEvent(clusterStarted, '/k2s-dns/cli'))
    const answer = { handled }
    const text = `done by this process, since no instance runs${aboutCoreDns(answer)}`
    return { text, value: answer }
  } finally {
    await instance.close()
  }
}

/** Without an instance nothing is under way, and every name that was told is in etcd already. */
async function stopByOurselves(): Promise<Done> {
  return { text: 'no instance runs, so nothing is left to finish', value: { handled: [] } }
}
