import { GiveUp } from '../errors.ts'
import { certRotated, clusterStarted, clusterStopping, reconcileDue } from '../events.ts'
import type { Command } from './command.ts'
import { startMs, tellInstance } from './send.ts'

/** Functions that can be called without an object to speak of. */
const events = {
  'on-reconcile': reconcileDue,
  'on-cluster-start': clusterStarted,
  'on-cluster-stop': clusterStopping,
  'on-cert-rotated': certRotated,
} as const

export const invoke: Command = {
  name: 'invoke',
  operands: Object.keys(events).join('|'),
  summary: 'Call one function of the running instance and print its answer',
  example: 'k2s-dns invoke on-reconcile --http.port 8053',
  async run(call) {
    const [functionName = ''] = call.operands
    const kind = Object.entries(events).find(([name]) => name === functionName)?.[1]
    if (!kind) throw new GiveUp(`invoke takes one of ${Object.keys(events).join(', ')}`)
    const timeoutMs = startMs(call.config)
    const { answer } = await tellInstance(kind, call, { functionName, timeoutMs })
    call.say(JSON.stringify(answer ?? {}, null, 2), answer)
    return 0
  },
}
