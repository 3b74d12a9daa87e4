// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('records that somebody else touches')
const shop = 'shop.cluster.local'
const below = '/skydns/local/cluster/shop/'
const state = '/k2s-dns/k2s-dns/hosts/local/cluster/shop'

test.before(async (context) => {
  context.world = await startWorld()
})
test.after(({ world }) => world?.stop())
test.before.each(async ({ world }) => {
  await world.clear()
  await world.apply(anIngress('shop', shop))
  await world.settled()
})

const all = async ({ etcd }: World) => ({
  ...(await etcd.all('/skydns/')),
  ...(await etcd.all('/k2s-dns/k2s-dns/hosts/')),
})

const keyOf = async ({ etcd }: World) => {
  const [key] = Object.keys(await etcd.all(below))
  if (key === undefined) throw new Error(`${shop} has no record`)
  return key
}

for (const [what, disturb] of [
  ['a record is deleted', async (world: World) => world.etcd.delete(await keyOf(world))],
  [
    'a record is changed',
    async (world: World) => world.etcd.put(await keyOf(world), '{"host":"6.6.6.6"}'),
  ],
  [
    'a record is changed and still bears our name',
    async (world: World) => {
      const key = await keyOf(world)
      const { [key]: value = '' } = await world.etcd.all(key)
      await world.etcd.put(key, value.replace(usualTarget, '6.6.6.6'))
    },
  ],
  ['the claims of a host are deleted', (world: World) => world.etcd.delete(state)],
] as const) {
  test(`${what}: it is put right at once, told and counted`, async ({ world }) => {
    const { functions } = world
    const before = await all(world)
    const counted = await functions.metric('k2s_dns_disturbances_total', 'kind="changed"')
    await disturb(world)
    await eventually(async () => assert.equal(await all(world), before))
    assert.equal(await world.answers(shop), [usualTarget])
    await eventually(async () =>
      assert.ok((await functions.metric('k2s_dns_disturbances_total', 'kind="changed"')) > counted),
    )
    assert.ok(
      functions
        .log()
        .some(({ msg, name }) => msg.includes('changed a key of ours') && name === shop),
    )
  })
}

test('claims that somebody took away come back in their order, so nobody loses a name by it', async ({
  world,
}) => {
  await world.apply(anIngress('late', shop, { namespace: 'other-team', targets: ['10.9.9.9'] }))
  await world.settled()
  const before = await all(world)
  await world.etcd.delete(state)
  await eventually(async () => assert.equal(await all(world), before))
  assert.equal(await world.answers(shop), [usualTarget])
})

test('a record of our writing that nobody asked for goes, somebody else’s key stays', async ({
  world,
}) => {
  const before = await all(world)
  const [key, value] = Object.entries(await world.etcd.all(below))[0] ?? ['', '']
  const foreign = '/skydns/local/cluster/elsewhere/12345678'
  await world.etcd.put(foreign, '{"host":"10.7.7.7","targetstrip":1}')
  await world.etcd.put(
    key.replace('/shop/', '/stray/'),
    value.replaceAll(shop, 'stray.cluster.local'),
  )
  await world.etcd.put('/skydns/local/cluster/shop/0000abcd', '{"host":"10.8.8.8"}')
  await world.etcd.delete(key)
  await eventually(async () => assert.is((await world.etcd.all(key))[key], value))
  assert.is((await world.etcd.all(foreign))[foreign], '{"host":"10.7.7.7","targetstrip":1}')
  await world.etcd.delete(foreign)
  await world.etcd.delete('/skydns/local/cluster/shop/0000abcd')
  await world.etcd.delete(key.replace('/shop/', '/stray/'))
  await eventually(async () => assert.equal(await all(world), before))
  const told = world.functions.log().filter(({ msg }) => msg.includes('CoreDNS answers both'))
  assert.equal([...new Set(told.map(({ key }) => key))], ['/skydns/local/cluster/shop/0000abcd'])
})

test('a name that waits for somebody else’s key answers as soon as that is gone', async ({
  world,
}) => {
  const foreign = '/skydns/local/cluster/handbook/12345678'
  await world.etcd.put(foreign, '{"host":"10.7.7.7","targetstrip":1}')
  await eventually(async () =>
    assert.equal(await world.answers('handbook.cluster.local'), ['10.7.7.7']),
  )
  await world.apply(
    anIngress('handbook', 'handbook.cluster.local'),
    anIngress('page', 'a.handbook.cluster.local'),
  )
  await world.settled()
  assert.equal(await world.answers('handbook.cluster.local'), ['10.7.7.7'])
  await world.etcd.delete(foreign)
  for (const host of ['handbook.cluster.local', 'a.handbook.cluster.local']) {
    await eventually(async () => assert.equal(await world.answers(host), [usualTarget]))
  }
})

test('whoever gets a name, or loses it, by what somebody else did is told at once', async ({
  world,
}) => {
  const { functions } = world
  const elder = { targets: ['10.0.0.1'] }
  await world.apply(anIngress('elder', 'handbook.cluster.local', elder))
  await world.settled()
  await world.apply(
    anIngress('young', 'handbook.cluster.local', {
      namespace: 'other-team',
      targets: ['10.0.0.2'],
    }),
  )
  await world.settled()
  const owner = 'ingress/other-team/young'
  const told = (msg: string) =>
    functions.log().filter((line) => line.msg === msg && line['owner'] === owner).length
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="taken"'), 1)
  const cleared = told('nothing is refused any more')
  await world.remove('elder')
  await world.settled()
  assert.equal(await world.answers('handbook.cluster.local'), ['10.0.0.2'])
  await eventually(() => assert.is(told('nothing is refused any more'), cleared + 1))
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="taken"'), 0)
})

test('a key that ExternalDNS adds beside ours is told with its writer', async ({ world }) => {
  const key = `${below}1a2b3c4d`
  await world.etcd.put(key, '{"host":"10.8.8.8","targetstrip":1,"owner":"cluster1"}')
  await eventually(() => {
    const line = world.functions.log().find((each) => each['key'] === key)
    assert.is(line?.['by'], 'written by ExternalDNS (owner cluster1)')
  })
  await world.etcd.delete(key)
})

test('a key of another group, which mixes a name with those below it, is told', async ({
  world,
}) => {
  const { functions } = world
  const mixed = await functions.metric('k2s_dns_disturbances_total', 'kind="mixed"')
  const key = `${below}0`
  await world.etcd.put(key, '{"host":"10.8.8.8","group":"g"}')
  await eventually(() => {
    const line = functions.log().find((each) => each['key'] === key)
    assert.match(line?.msg ?? '', /answers this name with all below it/)
  })
  assert.is(await functions.metric('k2s_dns_disturbances_total', 'kind="mixed"'), mixed + 1)
  await world.etcd.delete(key)
})

for (const [what, whenBack] of [
  ['while we watch', async () => undefined],
  ['while nobody does', async ({ functions }: World) => void (await functions.start())],
] as const) {
  test(`a name whose record somebody takes, beside a key of his own, is ours again: ${what}`, async ({
    world,
  }) => {
    const theirs = `${below}0badcafe`
    const own = await keyOf(world)
    if (what === 'while nobody does') await world.functions.stop()
    await world.etcd.put(theirs, '{"host":"10.8.8.8","targetstrip":1}')
    await world.etcd.delete(own)
    await whenBack(world)
    await eventually(async () => assert.ok(own in (await world.etcd.all(below))))
    assert.is((await world.etcd.all(theirs))[theirs], '{"host":"10.8.8.8","targetstrip":1}')
    await world.etcd.delete(theirs)
  })
}

test('a war over a name is told, and fought ever more seldom', async ({ world }) => {
  const { functions } = world
  await world.apply(anIngress('fought', 'fought.cluster.local'))
  await world.settled()
  const [key = ''] = Object.keys(await world.etcd.all('/skydns/local/cluster/fought/'))
  const contested = await functions.metric('k2s_dns_contested_names')
  for (let round = 0; round < 6; round++) {
    await world.etcd.delete(key)
    await eventually(async () => assert.ok(key in (await world.etcd.all(key))))
  }
  assert.is(await functions.metric('k2s_dns_contested_names'), contested + 1)
  const told = functions.log().filter(({ msg }) => msg.includes('again and again'))
  assert.is(told.filter(({ name }) => name === 'fought.cluster.local').length, 1)
})

test('after the watch broke off, what happened meanwhile is put right', async ({ world }) => {
  const { stack } = world
  const before = await all(world)
  await stack.etcd.process.stop()
  await stack.etcd.process.start()
  await world.etcd.delete(await keyOf(world))
  await eventually(async () => assert.equal(await all(world), before), { withinMs: 30_000 })
})

test.run()
