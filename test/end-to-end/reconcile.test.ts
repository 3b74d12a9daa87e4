import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import type { Names } from './names.ts'
import { startWorld, type World } from './world.ts'

/** What nobody should do to etcd, and what a reconcile makes of it. */
const test = suite<{ world: World }>('reconcile')

const names: Names = {
  'shop.cluster.local': [usualTarget],
  'blog.cluster.local': ['10.0.0.1', '10.0.0.2'],
}

test.before(async (context) => {
  const never = '--reconcile.schedule=0 0 29 2 *' // every fourth year
  context.world = await startWorld({ args: [never] })
  await context.world.apply(
    anIngress('shop', 'shop.cluster.local'),
    anIngress('blog', 'blog.cluster.local', { targets: ['10.0.0.1', '10.0.0.2'] }),
  )
  await context.world.settled()
})
test.after(({ world }) => world?.stop())

test('where nothing is wrong nothing is mended, and nothing is written', async ({ world }) => {
  const before = await withoutNote(world)
  const ran = await k2sDns('invoke', 'on-reconcile', `--http.port=${world.functions.port}`)
  assert.is(ran.code, 0, ran.stderr)
  assert.is(JSON.parse(ran.stdout).handled[0].answer.mended, 0)
  assert.equal(await withoutNote(world), before)
})

test('a record that was deleted is there again', async ({ world }) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  assert.is(await mendedAfter(world, () => world.etcd.delete(key)), 1)
  assert.equal(await world.names(), names)
})

test('a record that was changed is as it was', async ({ world }) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  const tamper = () => world.etcd.put(key, value.replace('"ttl":30', '"ttl":3'))
  assert.is(await mendedAfter(world, tamper), 1)
  assert.equal(await world.etcd.all(key), { [key]: value })
})

test('a record of our writing for which nobody asks goes', async ({ world }) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  const stray = '/k2s-dns/k2s-dns/hosts/local/cluster/stray'
  const owner = { owner: 'ingress/default/never', uid: 'u', targets: ['10.0.0.9'], ttl: 30 }
  await mendedAfter(world, () => world.etcd.put(stray, JSON.stringify({ claims: [owner] })))
  assert.equal(await world.names(), names)
  assert.equal(await world.etcd.all(stray), {})
  assert.equal(await world.etcd.all(key), { [key]: value })
})

test('what we remember of an ingress, once deleted, is remembered again', async ({ world }) => {
  const key = '/k2s-dns/k2s-dns/owners/ingress/default/blog'
  assert.ok((await mendedAfter(world, () => world.etcd.delete(key))) >= 1)
  await world.settled()
  await world.remove('blog')
  await world.settled()
  assert.equal(await world.names(), { 'shop.cluster.local': [usualTarget] })
  await world.apply(anIngress('blog', 'blog.cluster.local', { targets: ['10.0.0.1', '10.0.0.2'] }))
  await world.settled()
})

test('what we remember of a host, once deleted, is remembered again', async ({ world }) => {
  const key = '/k2s-dns/k2s-dns/hosts/local/cluster/blog'
  assert.ok((await mendedAfter(world, () => world.etcd.delete(key))) >= 1)
  assert.equal(await world.names(), names)
  assert.ok(key in (await world.etcd.all(key)))
})

test('documents that nobody can read are written anew', async ({ world }) => {
  await mendedAfter(world, async () => {
    await world.etcd.put('/k2s-dns/k2s-dns/hosts/local/cluster/shop', '{"claims": "none"')
    await world.etcd.put('/k2s-dns/k2s-dns/owners/ingress/default/shop', 'null')
  })
  await world.settled()
  assert.equal(await world.names(), names)
})

test('all that we keep may be lost: the names are there again', async ({ world }) => {
  await mendedAfter(world, async () => {
    for (const key of Object.keys(await ours(world))) await world.etcd.delete(key)
    assert.equal(await world.names(), {})
  })
  assert.equal(await world.names(), names)
})

test('a record that someone else wrote is left alone', async ({ world }) => {
  const foreign = {
    '/skydns/local/cluster/theirs/0a1b2c3d': '{"host":"10.0.0.8","owner":"external-dns"}',
    '/skydns/local/cluster/theirs/x': '{"host":"10.0.0.8"}',
    '/skydns/local/cluster/shop/theirs': '{"host":"10.0.0.8","owner":"k2s-dns"}',
    '/skydns/local/cluster/odd/x': 'no JSON',
    '/skydns/org/example/a/x': '{"host":"10.0.0.8","owner":"k2s-dns"}',
  }
  const mended = await mendedAfter(world, async () => {
    for (const [key, value] of Object.entries(foreign)) await world.etcd.put(key, value)
  })
  assert.is(mended, 0)
  const after = await world.etcd.all('/skydns/')
  for (const [key, value] of Object.entries(foreign)) assert.is(after[key], value, key)
  for (const key of Object.keys(foreign)) await world.etcd.delete(key)
})

test('a key of someone else’s in the place of ours is kept, and the name is refused', async ({
  world,
}) => {
  const { functions } = world
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  const theirs = '{"host":"10.0.0.8","owner":"someone"}'
  const refused = () => functions.metric('k2s_dns_refused_names', 'reason="foreign-record"')
  await mendedAfter(world, () => world.etcd.put(key, theirs))
  assert.equal(await world.etcd.all(key), { [key]: theirs })
  assert.is(await refused(), 1)
  await world.etcd.delete(key)
  await eventually(async () => assert.equal(await world.etcd.all(key), { [key]: value }))
  await eventually(async () => assert.is(await refused(), 0))
})

test('a schedule does it by itself', async ({ world }) => {
  await world.functions.start({ args: ['--reconcile.schedule=* * * * * *'] })
  const labels = 'kind="Ingress",cause="requested"'
  await eventually(async () =>
    assert.ok((await world.functions.metric('k2s_dns_relists_total', labels)) >= 2),
  )
})

/**
 * Tampers with etcd while nobody looks: what a watch would see is in disturbed.test.ts.
 * @returns how much had to be mended until we were ready again
 */
async function mendedAfter({ functions }: World, tamper: () => Promise<void>): Promise<number> {
  await functions.stop()
  await tamper()
  await functions.start()
  return functions.metric('k2s_dns_mended_total', 'by="reconcile"')
}

async function recordOf({ etcd }: World, prefix: string): Promise<string> {
  const [key] = Object.keys(await etcd.all(prefix))
  if (key) return key
  throw new Error(`there is no record below ${prefix}`)
}

const ours = async ({ etcd }: World) => ({
  ...(await etcd.all('/skydns/')),
  ...(await etcd.all('/k2s-dns/')),
})

/** All but the note of how far the leader watched, which it writes by itself. */
const withoutNote = async (world: World) =>
  Object.entries(await ours(world)).filter(([key]) => !key.endsWith('/watched'))

test.run()
