// time limit: 600 s

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { objectEvent, type ResourceVerb } from '../../runtime/events.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { full } from '../runner/full.ts'
import { ingressKind } from '../support/asked-alone.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import type { RunningFunctions } from './functions.ts'
import { type HeldConnections, holdable } from './held-connections.ts'
import { type ApiProxy, startProxy } from './proxy.ts'
import { type Replicas, startReplicas } from './replicas.ts'
import { startWorld, type World } from './world.ts'

interface Context {
  world: World
  replicas: Replicas
  /** The first replica's way to etcd. */
  wayToEtcd: HeldConnections
  /** The second replica's way to the API server. */
  wayToApi: ApiProxy
}

const test = suite<Context>('replicas')
const zones = ['cluster.local']
const defaultTarget = '10.9.9.9'

test.before(async (context) => {
  context.world = await startWorld({ zones, started: false })
  context.wayToEtcd = await holdable(context.world.stack.etcd.endpoint)
  context.wayToApi = await startProxy(context.world.stack.apiserver.functionsKubeconfig)
  const ways: Readonly<Record<string, string>> = {
    first: `--etcd.endpoints=${context.wayToEtcd.endpoint}`,
    second: `--kubeconfig=${context.wayToApi.kubeconfig}`,
  }
  context.replicas = await startReplicas(context.world, ['first', 'second', 'third'], {
    zones,
    args: [`--targets.default=${defaultTarget}`, '--reconcile.schedule=0 0 29 2 *'], // hardly ever
    each: (name) => [ways[name] ?? []].flat(),
  })
})
test.after(async ({ world, wayToEtcd, wayToApi }) => {
  await world?.stop()
  await wayToApi?.close()
  await wayToEtcd?.close()
})
test.before.each(async ({ world, replicas }) => {
  await replicas.complete()
  await world.clear()
})

test('only one of three lists and watches; the others are ready to', async ({ replicas }) => {
  const { leader, standbys } = await replicas.settled()
  assert.is(await lists(leader), 1)
  assert.is(await leader.metric('k2s_dns_leader'), 1)
  assert.is(await leader.metric('k2s_dns_synced', 'kind="Ingress"'), 1)
  for (const standby of standbys) {
    assert.is(await lists(standby), 0)
    assert.is(await standby.metric('k2s_dns_leader'), 0)
    assert.is(await standby.metric('k2s_dns_synced', 'kind="Ingress"'), 0)
  }
})

test('each replica handles an event, also while the leader hangs', async ({ world, replicas }) => {
  const { leader, standbys } = await replicas.settled()
  const wake = leader.freeze()
  try {
    for (const [index, standby] of standbys.entries()) {
      const host = `by-${index}.cluster.local`
      await world.apply(anIngress(`by-${index}`, host))
      assert.is((await standby.send(event('add', await world.read(`by-${index}`)))).status, 200)
      assert.equal(await world.answers(host), [usualTarget])
    }
  } finally {
    wake()
  }
})

for (const [how, end] of [
  ['kill -9', (leader: RunningFunctions) => leader.kill()],
  ['SIGTERM', (leader: RunningFunctions) => leader.stop()],
] as const) {
  test(`after ${how} of the leader a standby leads, and knows what happened meanwhile`, async ({
    world,
    replicas,
  }) => {
    await world.apply(
      anIngress('kept', 'kept.cluster.local'),
      anIngress('deleted', 'deleted.cluster.local'),
    )
    await world.settled()
    const { leader, standbys } = await replicas.settled()
    const ending = end(leader)
    await world.remove('deleted')
    await world.apply(anIngress('added', 'added.cluster.local'))
    await world.settled()
    assert.equal(await world.names(), {
      'kept.cluster.local': [usualTarget],
      'added.cluster.local': [usualTarget],
    })
    await ending
    await replicas.settled(standbys)
    await leader.start()
    assert.is((await leader.readiness()).role, 'standby')
  })
}

test('what a frozen leader was about to write for an object that is gone is not written', async ({
  world,
  replicas,
  wayToEtcd,
}) => {
  const [first, ...others] = replicas.all as readonly [RunningFunctions, ...RunningFunctions[]]
  await makeLead(first, replicas)
  wayToEtcd.hold()
  await world.apply(anIngress('stale', 'stale.cluster.local', { targets: [] }))
  await eventually(() => assert.ok(wayToEtcd.holds('/skydns/local/cluster/stale/')))
  const wake = first.freeze()
  try {
    await world.remove('stale')
    await world.etcd.delete('/k2s-dns/k2s-dns/watched') // else the new leader sees it come and go
    await replicas.settled(others) // the new leader's list has taken effect: it has never heard of it
    const before = wayToEtcd.answered
    wayToEtcd.release()
    await eventually(() => assert.ok(wayToEtcd.answered > before))
    assert.equal(await world.names(), {})
  } finally {
    wayToEtcd.release()
    wake()
  }
  await eventually(async () => {
    assert.is((await first.readiness()).role, 'standby')
    assert.is(await first.metric('k2s_dns_queue_keys'), 0)
  })
  assert.equal(await world.names(), {})
  assert.is(await world.answers('stale.cluster.local'), 'ENOTFOUND')
})

test('a new leader watches from where the last one was while its list is on the way', async ({
  world,
  replicas,
  wayToApi,
}) => {
  const [first, second, third] = replicas.all as readonly [
    RunningFunctions,
    RunningFunctions,
    RunningFunctions,
  ]
  await makeLead(first, replicas)
  await third.stop()
  const noted = '/k2s-dns/k2s-dns/watched'
  await eventually(async () => assert.match((await world.etcd.all(noted))[noted] ?? '', 'Ingress'))
  wayToApi.meddle = (url) => (url.includes('limit=250') ? 'hold' : 'pass')
  try {
    await first.kill()
    await world.apply(anIngress('meanwhile', 'meanwhile.cluster.local'))
    await eventually(async () =>
      assert.equal(await world.answers('meanwhile.cluster.local'), [usualTarget]),
    )
    assert.is((await second.readiness()).status, 503)
  } finally {
    wayToApi.meddle = () => 'pass'
    wayToApi.release()
  }
  await replicas.settled([second])
})

for (let round = 1; round <= (full ? 20 : 3); round++) {
  test(`a name passes from the elder to the younger amid a take-over (round ${round})`, async ({
    world,
    replicas,
  }) => {
    const shop = 'shop.cluster.local'
    await world.apply(anIngress('elder', shop, { targets: ['10.0.0.1'] }))
    await world.settled()
    const younger = (target: string) =>
      anIngress('younger', shop, { namespace: 'other-team', targets: [target] })
    await world.apply(younger('10.0.0.2'))
    await world.settled()
    assert.equal(await world.answers(shop), ['10.0.0.1'])

    const elder = await world.read('elder')
    const { leader, standbys } = await replicas.settled()
    const [one, two] = standbys as readonly [RunningFunctions, RunningFunctions]
    const ending = round % 2 === 0 ? leader.kill() : leader.stop()
    await Promise.all([
      world.remove('elder').then(() => one.send(event('delete', elder))),
      world
        .apply(younger('10.0.0.3'))
        .then(() => world.read('other-team/younger'))
        .then((object) => two.send(event('update', object))),
    ])
    assert.equal(await world.answers(shop), ['10.0.0.3'])
    await ending
    await replicas.settled(standbys)
    await world.settled()
    assert.equal(await world.names(), { [shop]: ['10.0.0.3'] })
  })
}

/** Full lists of ingresses since it was started. */
const lists = async (replica: RunningFunctions) =>
  (await replica.metric('k2s_dns_relists_total', 'kind="Ingress",cause="start"')) +
  (await replica.metric('k2s_dns_relists_total', 'kind="Ingress",cause="expired"'))

/** As the only one for a while. */
async function makeLead(wanted: RunningFunctions, { complete, settled }: Replicas) {
  const { leader, standbys } = await settled()
  if (leader === wanted) return
  for (const other of [leader, ...standbys]) if (other !== wanted) await other.stop()
  await settled([wanted])
  await complete()
}

function event(verb: ResourceVerb, object: KubernetesObject) {
  return objectEvent(verb, ingressKind, object, { era: 0, source: '/test' })
}

test.run()
