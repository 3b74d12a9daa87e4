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
  const before = await ours(world)
  assert.is(await mendedBy(world), 0)
  assert.equal(await ours(world), before)
})

test('a record that was deleted is there again', async ({ world }) => {
  await world.etcd.delete(await recordOf(world, '/skydns/local/cluster/shop/'))
  assert.is(await world.answers('shop.cluster.local'), 'ENOTFOUND')
  assert.is(await mendedBy(world), 1)
  assert.equal(await world.names(), names)
})

test('a record that was changed is as it was', async ({ world }) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  await world.etcd.put(key, value.replace('"ttl":30', '"ttl":3'))
  assert.is(await mendedBy(world), 1)
  assert.equal(await world.etcd.all(key), { [key]: value })
})

test('a record of our writing for which nobody asks goes', async ({ world }) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  const stray = '/k2s-dns/k2s-dns/hosts/local/cluster/stray'
  const owner = { owner: 'ingress/default/never', uid: 'u', targets: ['10.0.0.9'], ttl: 30 }
  await world.etcd.put(stray, JSON.stringify({ claims: [owner] }))
  await mendedBy(world)
  assert.equal(await world.names(), names)
  assert.equal(await world.etcd.all(stray), {})
  assert.equal(await world.etcd.all(key), { [key]: value })
})

test('what we remember of an ingress, once deleted, is remembered again', async ({ world }) => {
  const key = '/k2s-dns/k2s-dns/owners/ingress/default/blog'
  await world.etcd.delete(key)
  assert.ok((await mendedBy(world)) >= 1)
  await world.settled()
  await world.remove('blog')
  await world.settled()
  assert.equal(await world.names(), { 'shop.cluster.local': [usualTarget] })
  await world.apply(anIngress('blog', 'blog.cluster.local', { targets: ['10.0.0.1', '10.0.0.2'] }))
  await world.settled()
})

test('what we remember of a host, once deleted, is remembered again', async ({ world }) => {
  await world.etcd.delete('/k2s-dns/k2s-dns/hosts/local/cluster/blog')
  assert.ok((await mendedBy(world)) >= 1)
  assert.equal(await world.names(), names)
  assert.is(
    Object.keys(await world.etcd.all('/k2s-dns/k2s-dns/hosts/local/cluster/blog')).length,
    1,
  )
})

test('documents that nobody can read are written anew', async ({ world }) => {
  await world.etcd.put('/k2s-dns/k2s-dns/hosts/local/cluster/shop', '{"claims": "none"')
  await world.etcd.put('/k2s-dns/k2s-dns/owners/ingress/default/shop', 'null')
  assert.ok((await mendedBy(world)) >= 1)
  await world.settled()
  assert.equal(await world.names(), names)
})

test('all that we keep may be lost: the names are there again', async ({ world }) => {
  for (const key of Object.keys(await ours(world))) {
    if (!key.endsWith('/schema') && !key.endsWith('/cluster')) await world.etcd.delete(key)
  }
  assert.equal(await world.names(), {})
  assert.ok((await mendedBy(world)) >= 2)
  assert.equal(await world.names(), names)
})

test('a record that someone else wrote is left alone, and its name is refused', async ({
  world,
}) => {
  const foreign = {
    '/skydns/local/cluster/theirs/0a1b2c3d': '{"host":"10.0.0.8","owner":"external-dns"}',
    '/skydns/local/cluster/theirs/x': '{"host":"10.0.0.8"}',
    '/skydns/local/cluster/shop/theirs': '{"host":"10.0.0.8","owner":"k2s-dns"}',
    '/skydns/local/cluster/odd/x': 'no JSON',
    '/skydns/org/example/a/x': '{"host":"10.0.0.8","owner":"k2s-dns"}',
  }
  for (const [key, value] of Object.entries(foreign)) await world.etcd.put(key, value)
  assert.is(await mendedBy(world), 0)
  const after = await world.etcd.all('/skydns/')
  for (const [key, value] of Object.entries(foreign)) assert.is(after[key], value, key)
  for (const key of Object.keys(foreign)) await world.etcd.delete(key)
})

test('a key of someone else’s in the place of ours is kept, and the name is refused', async ({
  world,
}) => {
  const key = await recordOf(world, '/skydns/local/cluster/shop/')
  const { [key]: value = '' } = await world.etcd.all(key)
  const theirs = '{"host":"10.0.0.8","owner":"someone"}'
  await world.etcd.put(key, theirs)
  await mendedBy(world)
  assert.equal(await world.etcd.all(key), { [key]: theirs })
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="foreign-record"'), 1)
  await world.etcd.delete(key)
  assert.ok((await mendedBy(world)) >= 1)
  assert.equal(await world.etcd.all(key), { [key]: value })
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="foreign-record"'), 0)
})

test('a schedule does it by itself', async ({ world }) => {
  await world.functions.start({ args: ['--reconcile.schedule=* * * * * *'] })
  await world.etcd.delete(await recordOf(world, '/skydns/local/cluster/shop/'))
  await eventually(async () => assert.equal(await world.names(), names))
  await eventually(async () =>
    assert.ok((await world.functions.metric('k2s_dns_mended_total')) >= 1),
  )
})

/** Reconciles. @returns by how much that raised the metric */
async function mendedBy({ functions }: World): Promise<number> {
  const before = await functions.metric('k2s_dns_mended_total')
  const ran = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
  assert.is(ran.code, 0, ran.stderr)
  const mended = (await functions.metric('k2s_dns_mended_total')) - before
  assert.is(JSON.parse(ran.stdout).handled[0].answer.mended, mended)
  return mended
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

test.run()
