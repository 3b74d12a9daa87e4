import { keysOf } from '../../../functions/names/records/keys.ts'
import type { EtcdClient } from '../../../runtime/clients/etcd.ts'
import { Cluster } from './cluster.ts'
import { noteHeld } from './held.ts'
import { faultsOf } from './laws.ts'
import { faultsAtRest } from './laws-at-rest.ts'
import { faultsOfChange } from './laws-of-change.ts'
import type { Model } from './model.ts'
import { createPlayer } from './player.ts'
import type { Scenario } from './steps.ts'
import { type Snapshot, takeSnapshot } from './store.ts'

export interface Store {
  /** One for each replica. */
  readonly connections: readonly EtcdClient[]
  /** The test's own: it looks, and plays the foreign writer. */
  readonly own: EtcdClient
}

/** Keys beside ours, as another instance or the cluster itself may have them in the same etcd. */
const neighbours = new Map([
  ['/registry/ingress/red/web', 'the cluster'],
  ['/k2s-dns/r/hosts/local/cluster/a', '{"claims":[]}'],
  ['/skydns/local/cluster/a/0000000a', '{"host":"192.0.2.9","owner":"r"}'],
])

/**
 * Plays a scenario in prefixes of its own, looks at the store after each step, and lets it come to rest.
 * @param count told of everything noteworthy that happened
 * @throws Error that says after which step what did not hold
 */
export async function run(
  { replicas, settings, steps }: Scenario,
  { connections, own }: Store,
  { number, count }: { number: number; count: (what: string) => void },
): Promise<void> {
  const instance = `r${number}`
  const recordPrefix = `/skydns-${number}`
  const model: Model = {
    keys: keysOf({ instance, recordPrefix }),
    instance,
    recordPrefix,
    neighbours,
    cluster: new Cluster(),
    foreign: new Map(),
    everForeign: new Set(),
    settings: new Set([settings]),
    everSettings: new Set([settings]),
    acknowledged: new Map(),
    unsettled: new Set(),
    damaged: new Set(),
    held: new Map(),
    epoch: '',
  }
  await own.transact(
    [],
    [...neighbours].map(([key, put]) => ({ key, put })),
  )
  const player = createPlayer(model, { settings, connections: connections.slice(0, replicas), own })
  let before = await takeSnapshot(own, model)

  async function look(when: string): Promise<Snapshot> {
    const now = await takeSnapshot(own, model)
    const step = player.lastStep()
    const heldBefore = new Set(model.held.keys())
    noteHeld({ before, now, ...step }, model)
    const passage = { before, now, model, heldBefore, ...step }
    const faults = [...faultsOf(now, model), ...faultsOfChange(passage)]
    if (faults.length > 0) throw new Error(`${when}:\n${faults.join('\n')}`)
    before = now
    return now
  }

  try {
    for (const [index, step] of steps.entries()) {
      await player.play(step, before)
      tally(await look(`after step ${index}, ${JSON.stringify(step)}`))
    }
    await comeToRest()
  } finally {
    await player.close()
    await clear(own)
  }

  async function comeToRest(): Promise<void> {
    const last = await player.agree(before)
    await look('after all were started with the same settings')
    for (let to = 0; to < replicas; to++) {
      await player.play({ do: 'act', what: { act: 'reconcile', to } }, before)
      await look(`after the last reconcile of replica ${to}`)
    }
    const faults = faultsAtRest(before, model, last)
    if (faults.length > 0) throw new Error(`at rest:\n${faults.join('\n')}`)
    const { keys } = before
    await player.play({ do: 'act', what: { act: 'reconcile', to: 0 } }, before)
    const after = (await look('after one more reconcile')).keys
    const changed = [...new Set([...keys.keys(), ...after.keys()])].filter(
      (key) => keys.get(key) !== after.get(key),
    )
    if (changed.length > 0) throw new Error(`one more reconcile changed ${changed.join(', ')}`)
  }

  function tally({ claims, records }: Snapshot): void {
    for (const [host, of] of claims) {
      if (new Set(of.map(({ owner }) => owner)).size > 1) count('hosts with several claims')
      if (!records.has(host)) count('hosts blocked by others')
    }
    if (model.unsettled.size > 0) count('looks at a wish half done')
  }
}

async function clear(own: EtcdClient): Promise<void> {
  for await (const page of own.readPrefix('/')) {
    for (let from = 0; from < page.length; from += 100) {
      const some = page.slice(from, from + 100)
      await own.transact(
        [],
        some.map(({ key }) => ({ key, delete: true })),
      )
    }
  }
}
