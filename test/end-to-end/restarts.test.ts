// time limit: 1800 s

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../deploy/local/etcd.ts'
import type { ServerProcess } from '../../deploy/local/server-process.ts'
import type { Host } from '../../functions/names/host.ts'
import { keysOf } from '../../functions/names/records/keys.ts'
import { objectEvent, type ResourceVerb } from '../../runtime/events.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { full } from '../runner/full.ts'
import { ingressKind } from '../support/asked-alone.ts'
import { randomOf } from '../support/random.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { etcdKeys } from './etcd-keys.ts'
import { eventually } from './eventually.ts'
import { type Names, namesIn } from './names.ts'
import { startStraight } from './straight.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('restarts')
const keys = keysOf({ instance: 'k2s-dns' })
const zones = ['cluster.local']
/** How long a server is away. */
const awayMs = full ? 20_000 : 3_000
/** Issue 3: the records are right so long after `/readyz` is. */
const rightWithinMs = 2_000

test.before(async (context) => {
  context.world = await startWorld({ zones })
})
test.after(({ world }) => world?.stop())
test.before.each(({ world }) => world.clear())

test('what changed while k2s-dns was down is right when it is ready', async ({ world }) => {
  const { functions } = world
  await world.apply(
    anIngress('kept', 'kept.cluster.local'),
    anIngress('deleted', 'deleted.cluster.local'),
    anIngress('changed', 'before.cluster.local'),
    anIngress('replaced', 'old.cluster.local'),
  )
  await world.settled()
  await functions.stop()
  await world.remove('deleted', 'replaced')
  await world.apply(
    anIngress('changed', 'after.cluster.local'),
    anIngress('replaced', 'new.cluster.local', { targets: ['10.0.0.7'] }),
    anIngress('added', 'added.cluster.local'),
  )
  await functions.start()
  assert.equal(await world.names(), {
    'kept.cluster.local': [usualTarget],
    'after.cluster.local': [usualTarget],
    'new.cluster.local': ['10.0.0.7'],
    'added.cluster.local': [usualTarget],
  })
  assert.is(await world.answers('deleted.cluster.local'), 'ENOTFOUND')
})

test('a name whose ingress was made anew by another owner while we were down moves', async ({
  world,
}) => {
  const { functions } = world
  const shop = 'shop.cluster.local'
  await world.apply(anIngress('first', shop, { targets: ['10.0.0.1'] }))
  await world.settled()
  await functions.kill()
  await world.remove('first')
  const elsewhere = { namespace: 'other-team', targets: ['10.0.0.2'] }
  await world.apply(anIngress('second', shop, elsewhere))
  await functions.start()
  await eventually(async () => assert.equal(await world.answers(shop), ['10.0.0.2']))
})

test('etcd goes away and comes back: the names are right soon after we are ready', async ({
  world,
}) => {
  await outlive(world, world.stack.etcd.process)
})

test('the API server goes away and comes back: the names are right soon after we are ready', async ({
  world,
}) => {
  await outlive(world, world.stack.apiserver.process)
})

test('what changes while only the record store is away is right soon after we are ready', async ({
  world,
}) => {
  const { functions, stack } = world
  const servers = await realServers(['etcd'])
  const own = await startEtcd({ ...servers, supervisor: stack.supervisor, name: 'record-store' })
  const etcd = etcdKeys(own.endpoint)
  try {
    await functions.start({ args: [`--etcd.endpoints=${own.endpoint}`] })
    await prepareChanges(world)
    await eventually(async () => assert.equal(await namesIn(etcd), beforeChanges))
    await own.process.stop()
    await makeChanges(world)
    await eventually(async () => assert.is((await functions.readiness()).status, 503))
    await delay(awayMs)
    await own.process.start()
    await eventually(async () => assert.is((await functions.readiness()).status, 200))
    await eventually(async () => assert.equal(await namesIn(etcd), afterChanges), {
      withinMs: rightWithinMs,
    })
  } finally {
    await functions.start()
    await own.process.stop()
  }
})

test('a kube-apiserver that hangs for a while delays names and loses none', async ({ world }) => {
  const { functions, stack } = world
  const { process: apiserver } = stack.apiserver
  await prepareChanges(world)
  await world.settled()
  apiserver.kill('SIGSTOP')
  try {
    await eventually(() => assert.is(stateOf(apiserver), 'T'))
    const changing = makeChanges(world)
    const reconciling = k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
    await delay(full ? 8_000 : 2_000)
    assert.equal(await world.names(), beforeChanges)
    apiserver.kill('SIGCONT')
    await changing
    assert.is((await reconciling).code, 0)
  } finally {
    apiserver.kill('SIGCONT')
  }
  await eventually(async () => assert.is((await functions.readiness()).status, 200))
  await eventually(async () => assert.equal(await world.names(), afterChanges), {
    withinMs: rightWithinMs,
  })
})

for (let round = 1; round <= (full ? 50 : 5); round++) {
  test(`kill -9 amid a burst of changes loses and invents no name (round ${round})`, async ({
    world,
  }) => {
    const { functions } = world
    const random = randomOf(round)
    const hostOf = new Map<string, { host: string; target: string }>()

    async function change(): Promise<void> {
      const name = `burst-${random.below(25)}`
      if (hostOf.has(name) && random.below(4) === 0) {
        hostOf.delete(name)
        await world.remove(name)
        return
      }
      const [host, target] = [`h${random.below(12)}.cluster.local`, `10.0.0.${random.below(4)}`]
      hostOf.set(name, { host, target })
      await world.apply(anIngress(name, host, { targets: [target] }))
    }

    const killAt = [20 + random.below(40), 70 + random.below(40)]
    const deaths: Promise<void>[] = []
    for (let step = 0; step < 120; step++) {
      if (killAt.includes(step)) {
        await Promise.all(deaths)
        deaths.push(functions.kill().then(() => functions.start()))
      }
      await change()
    }
    await Promise.all(deaths)
    await world.settled(rightWithinMs)
    assert.equal(await world.names(), modelOf(hostOf.values()))
    const hosts = Object.keys(await world.etcd.all('/k2s-dns/k2s-dns/hosts/'))
    const expected = Object.keys(modelOf(hostOf.values()))
    assert.equal(hosts.sort(), expected.map((host) => keys.host(host as Host)).sort())
  })
}

test('events that come late, again or in the wrong order bring no name back', async ({ world }) => {
  const { functions, stack } = world
  const straight = await startStraight({ etcd: stack.etcd.endpoint, zones })
  try {
    await world.apply(anIngress('a', 'first.cluster.local'))
    const first = await world.read('a')
    await world.apply(anIngress('a', 'second.cluster.local'))
    const second = await world.read('a')
    await world.settled()
    await straight.tell('update', first)
    assert.equal(await world.names(), { 'second.cluster.local': [usualTarget] })

    await world.remove('a')
    await world.settled()
    for (const late of [first, second, first]) {
      await straight.tell('add', late)
      await straight.tell('update', late)
      assert.is((await functions.send(event('add', late))).status, 200)
    }
    assert.equal(await world.names(), {})

    await world.apply(anIngress('a', 'third.cluster.local'))
    await world.settled()
    for (const late of [first, second]) {
      await straight.tell('delete', late)
      await straight.tell('add', late)
      assert.is((await functions.send(event('delete', late))).status, 200)
    }
    assert.equal(await world.names(), { 'third.cluster.local': [usualTarget] })
  } finally {
    await straight.close()
  }
})

test('two at work on one store at the same time end as one', async ({ world }) => {
  const { stack } = world
  const others = await Promise.all(
    [1, 2].map(() => startStraight({ etcd: stack.etcd.endpoint, zones })),
  )
  try {
    const hostOf = new Map<string, { host: string; target: string }>()
    const random = randomOf(77)
    for (let step = 0; step < 80; step++) {
      const name = `both-${random.below(6)}`
      const [host, target] = [`h${random.below(4)}.cluster.local`, `10.0.0.${random.below(3)}`]
      hostOf.set(name, { host, target })
      await world.apply(anIngress(name, host, { targets: [target] }))
      const object = await world.read(name)
      await Promise.all(others.map((other) => other.tell('update', object)))
    }
    await world.settled()
    assert.equal(await world.names(), modelOf(hostOf.values()))
  } finally {
    await Promise.all(others.map((other) => other.close()))
  }
})

/** `T` for one that is stopped by a signal (proc_pid_stat(5)). */
const stateOf = ({ pid }: ServerProcess) =>
  /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]

/** Ingresses of one namespace join their targets under a host. */
function modelOf(wishes: Iterable<{ host: string; target: string }>): Names {
  const model: Record<string, string[]> = {}
  for (const { host, target } of wishes) {
    model[host] = [...new Set([...(model[host] ?? []), target])].sort()
  }
  return model
}

const beforeChanges: Names = {
  'kept.cluster.local': [usualTarget],
  'deleted.cluster.local': [usualTarget],
  'before.cluster.local': [usualTarget],
}
const afterChanges: Names = {
  'kept.cluster.local': [usualTarget],
  'after.cluster.local': [usualTarget],
  'added.cluster.local': [usualTarget],
}

async function prepareChanges(world: World): Promise<void> {
  await world.apply(
    anIngress('kept', 'kept.cluster.local'),
    anIngress('deleted', 'deleted.cluster.local'),
    anIngress('changed', 'before.cluster.local'),
  )
}

async function makeChanges(world: World): Promise<void> {
  await world.remove('deleted')
  await world.apply(
    anIngress('changed', 'after.cluster.local'),
    anIngress('added', 'added.cluster.local'),
  )
}

/** A server stops at once after changes, is away for a while, and more changes are made as soon as it is back. */
async function outlive(world: World, server: ServerProcess): Promise<void> {
  const { functions } = world
  await prepareChanges(world)
  await world.settled()
  await makeChanges(world)
  await server.stop()
  await eventually(async () => assert.is((await functions.readiness()).status, 503))
  await delay(awayMs)
  await server.start()
  await eventually(async () => assert.is((await functions.readiness()).status, 200), {
    withinMs: 30_000,
  })
  await eventually(async () => assert.equal(await world.names(), afterChanges), {
    withinMs: rightWithinMs,
  })
  await world.apply(anIngress('later', 'later.cluster.local'))
  await world.remove('kept')
  const { 'kept.cluster.local': _, ...others } = afterChanges
  await eventually(
    async () =>
      assert.equal(await world.names(), { ...others, 'later.cluster.local': [usualTarget] }),
    { withinMs: rightWithinMs },
  )
  await eventually(async () =>
    assert.equal(await world.answers('later.cluster.local'), [usualTarget]),
  )
}

function event(verb: ResourceVerb, object: KubernetesObject) {
  return objectEvent(verb, ingressKind, object, { era: 0, source: '/test' })
}

test.run()
