// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { type ConfigMap, configMap } from './config-map.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World; config: ConfigMap }>('a policy')
const here = [usualTarget]

test.before(async (context) => {
  context.config = configMap('k2s-dns.yaml')
  context.world = await startWorld({ args: [`--config=${context.config.path}`] })
})
test.after(async ({ world, config }) => {
  await world?.stop()
  config?.remove()
})
test.before.each(async ({ world, config }) => {
  config.write('')
  await world.clear()
})

const refused = (world: World, reason: string) =>
  world.functions.metric('k2s_dns_refused_names', `reason="${reason}"`)

test('that changes is applied to what exists, wrong or not, and after a restart', async ({
  world,
  config,
}) => {
  const { functions } = world
  await world.apply(
    anIngress('shop', 'shop.cluster.local'),
    anIngress('admin', 'admin.cluster.local', { namespace: 'team-a' }),
  )
  await world.settled()
  const both = { 'shop.cluster.local': here, 'admin.cluster.local': here }
  assert.equal(await world.names(), both)

  config.write('policy: { rules: [{ namespaces: [team-*], hosts: [admin.**], action: deny }] }')
  await eventually(async () => assert.equal(await world.names(), { 'shop.cluster.local': here }))
  assert.is(await world.answers('admin.cluster.local'), 'ENOTFOUND')
  assert.equal(await world.answers('shop.cluster.local'), here)
  assert.is(await refused(world, 'denied'), 1)
  const told = functions.log().filter(({ reason }) => reason === 'denied')
  assert.equal(
    told.map(({ owner, message }) => [owner, message]),
    [['ingress/team-a/admin', 'rule 1: deny to namespaces team-*, hosts admin.**']],
  )

  config.write('policy: { rules: [{ action: allow, host: admin.cluster.local }] }')
  await eventually(async () => assert.is(await functions.metric('k2s_dns_config_valid'), 0))
  const wrong = functions.log().filter(({ level }) => level === 'error')
  assert.equal(
    wrong.map(({ msg }) => msg),
    [
      'the configuration is left as it was: policy.rules, rule 1, host = "admin.cluster.local": ' +
        'there is no such setting, see k2s-dns run --help',
    ],
  )
  await world.apply(anIngress('later', 'later.cluster.local'))
  await world.settled()
  const withLater = { 'shop.cluster.local': here, 'later.cluster.local': here }
  assert.equal(await world.names(), withLater)

  config.write('policy: { rules: [{ hosts: [admin.cluster.local], action: deny }] }')
  await functions.start()
  assert.equal(await world.names(), withLater)
  assert.is(await refused(world, 'denied'), 1)
  assert.is(await functions.metric('k2s_dns_config_valid'), 1)

  config.write('policy: { rules: [{ hosts: [later.cluster.local], action: deny }] }')
  await eventually(async () => assert.equal(await world.names(), both))
  assert.equal(await world.answers('admin.cluster.local'), here)
  config.write('')
  await eventually(async () =>
    assert.equal(await world.names(), { ...both, 'later.cluster.local': here }),
  )
  assert.is(await refused(world, 'denied'), 0)
})

test('lets nobody have a public name for all pods, but by a rule that says so', async ({
  world,
  config,
}) => {
  await world.apply(anIngress('a', ['google.com.cluster.local', 'your-app.k2s.cluster.local']))
  await world.settled()
  const k2s = { 'your-app.k2s.cluster.local': here }
  assert.equal(await world.names(), k2s)
  assert.is(await refused(world, 'search-path'), 1)
  config.write("policy: { rules: [{ hosts: ['*.com.cluster.local'], action: allow }] }")
  await eventually(async () =>
    assert.equal(await world.names(), { ...k2s, 'google.com.cluster.local': here }),
  )
  assert.equal(await world.answers('google.com.cluster.local'), here)
})

test('takes out targets of a denied network, and raises short TTLs', async ({ world, config }) => {
  const targets = ['169.254.169.254', '10.0.0.1']
  await world.apply(anIngress('a', 'shop.cluster.local', { targets }))
  await world.settled()
  assert.equal(await world.answers('shop.cluster.local'), targets.toSorted())
  config.write('policy: { targets: { deny: [169.254.0.0/16] }, minTtlSeconds: 77 }')
  await eventually(async () =>
    assert.equal(await world.names(), { 'shop.cluster.local': ['10.0.0.1'] }),
  )
  assert.equal(await world.answers('shop.cluster.local'), ['10.0.0.1'])
  assert.is(await refused(world, 'target-denied'), 1)
  const records = Object.values(await world.etcd.all('/skydns/local/cluster/shop/'))
  assert.equal(
    records.map((value) => (JSON.parse(value) as { ttl: number }).ttl),
    [77],
  )
})

test.run()
