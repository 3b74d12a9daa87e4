// time limit: 300 s
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { patience, startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('names')

test.before(async (context) => {
  context.world = await startWorld({ zones: ['cluster.local', 'apps.example'] })
})
test.after(({ world }) => world?.stop())
test.before.each(({ world }) => world.clear())

test('an ingress has a name as soon as its status has an address', async ({ world }) => {
  await world.apply(anIngress('a', 'shop.cluster.local', { targets: [] }))
  await world.settled()
  assert.is(await world.answers('shop.cluster.local'), 'ENOTFOUND')
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="no-target"'), 1)
  await world.apply(anIngress('a', 'shop.cluster.local'))
  await world.settled()
  assert.equal(await world.answers('shop.cluster.local'), [usualTarget])
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="no-target"'), 0)
})

test('an ingress that gets another host answers to that one only', async ({ world }) => {
  await world.apply(anIngress('a', 'old.cluster.local'))
  await world.settled()
  await world.apply(anIngress('a', 'new.cluster.local'))
  await world.settled()
  assert.is(await world.answers('old.cluster.local'), 'ENOTFOUND')
  assert.equal(await world.answers('new.cluster.local'), [usualTarget])
})

test('a name follows its ingress to other addresses', async ({ world }) => {
  await world.apply(anIngress('a', 'shop.cluster.local', { targets: ['10.0.0.1', '10.0.0.2'] }))
  await world.settled()
  assert.equal(await world.answers('shop.cluster.local'), ['10.0.0.1', '10.0.0.2'])
  await world.apply(anIngress('a', 'shop.cluster.local', { targets: ['10.0.0.2', '10.0.0.3'] }))
  await world.settled()
  assert.equal(await world.answers('shop.cluster.local'), ['10.0.0.2', '10.0.0.3'])
})

test('a name goes with its ingress, and nothing of it is left but the memory', async ({
  world,
}) => {
  const before = await world.etcd.all('/skydns/') // what keeps the zones' apexes silent
  await world.apply(anIngress('a', 'shop.cluster.local'))
  await world.settled()
  await world.remove('a')
  await world.settled()
  assert.is(await world.answers('shop.cluster.local'), 'ENOTFOUND')
  assert.equal(await world.etcd.all('/skydns/'), before)
  assert.equal(await world.etcd.all('/k2s-dns/k2s-dns/hosts/'), {})
})

test('a shared name stays until its last owner goes', async ({ world }) => {
  const shop = 'shop.cluster.local'
  await world.apply(anIngress('a', shop), anIngress('b', shop), anIngress('c', shop, otherTeam))
  await world.settled()
  for (const id of ['a', 'other-team/c']) {
    await world.remove(id)
    await world.settled()
    assert.equal(await world.answers(shop), [usualTarget], `after ${id} went`)
  }
  await world.remove('b')
  await world.settled()
  assert.is(await world.answers(shop), 'ENOTFOUND')
})

test('ingresses of one namespace join their addresses under a name', async ({ world }) => {
  const shop = 'shop.cluster.local'
  await world.apply(anIngress('a', shop, { targets: ['10.0.0.1'] }))
  await world.apply(anIngress('b', shop, { targets: ['10.0.0.2'] }))
  await world.settled()
  assert.equal(await world.answers(shop), ['10.0.0.1', '10.0.0.2'])
  await world.remove('a')
  await world.settled()
  assert.equal(await world.answers(shop), ['10.0.0.2'])
})

test('a name that is taken is refused to another namespace where all can see it', async ({
  world,
}) => {
  const { functions, client } = world
  const [shop, younger] = ['shop.cluster.local', { ...otherTeam, targets: ['10.6.6.6'] }]
  await world.apply(anIngress('elder', shop))
  await world.settled()
  await world.apply(anIngress('younger', [shop, 'mine.cluster.local'], younger))
  await world.settled()
  assert.equal(await world.answers(shop), [usualTarget])
  assert.equal(await world.answers('mine.cluster.local'), ['10.6.6.6'])
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="taken"'), 1)
  const logged = functions
    .log()
    .filter(({ owner, reason }) => owner === 'ingress/other-team/younger' && reason === 'taken')
  assert.equal(new Set(logged.map(({ host }) => host)), new Set([shop]))

  await eventually(
    async () => {
      const where = '/apis/events.k8s.io/v1/namespaces/other-team/events'
      const { items } = await client.request<{ items: KubernetesEvent[] }>('GET', where, {
        signal: patience(),
      })
      const event = items.find(({ regarding }) => regarding.name === 'younger')
      assert.is(event?.reason, 'NameRefused')
      assert.is(event?.type, 'Warning')
      assert.is(event?.regarding.kind, 'Ingress')
      assert.match(event?.note ?? '', /shop\.cluster\.local: ingress\/default\/elder claimed it/)
    },
    { withinMs: 20_000 },
  )

  await world.remove('elder')
  await world.settled()
  await eventually(async () => assert.equal(await world.answers(shop), ['10.6.6.6']))
})

test('after a reconcile at the latest, what got its name is not counted as refused', async ({
  world,
}) => {
  const { functions } = world
  const shop = 'shop.cluster.local'
  await world.apply(anIngress('elder', shop))
  await world.settled()
  await world.apply(anIngress('younger', shop, { ...otherTeam, targets: ['10.6.6.6'] }))
  await world.settled()
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="taken"'), 1)
  await world.remove('elder')
  await eventually(async () => assert.equal(await world.answers(shop), ['10.6.6.6']))
  const { code } = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
  assert.is(code, 0)
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="taken"'), 0)
})

test('the hosts of tls are names too, but not its wildcards', async ({ world }) => {
  const tls = ['secure.cluster.local', '*.cluster.local']
  await world.apply(anIngress('a', 'shop.cluster.local', { tls }))
  await world.settled()
  assert.equal(await world.names(), {
    'shop.cluster.local': [usualTarget],
    'secure.cluster.local': [usualTarget],
  })
})

test('a wildcard in a rule is refused, and the other hosts answer', async ({ world }) => {
  await world.apply(anIngress('a', ['*.cluster.local', 'shop.cluster.local']))
  await world.settled()
  assert.equal(await world.names(), { 'shop.cluster.local': [usualTarget] })
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="wildcard"'), 1)
})

test('names outside the zones and names of the cluster are refused', async ({ world }) => {
  const wanted = ['shop.elsewhere.org', 'kubernetes.default.svc.cluster.local', 'a.apps.example']
  await world.apply(anIngress('a', wanted))
  await world.settled()
  assert.equal(await world.names(), { 'a.apps.example': [usualTarget] })
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="outside-zones"'), 1)
  assert.is(await world.functions.metric('k2s_dns_refused_names', 'reason="reserved"'), 1)
})

test('an ingress whose balancer has a host name answers by way of that name', async ({ world }) => {
  await world.apply(
    anIngress('balancer', 'lb.cluster.local', { targets: ['10.0.0.9'] }),
    anIngress('a', 'shop.cluster.local', { targets: ['lb.cluster.local'] }),
  )
  await world.settled()
  assert.equal(await world.answers('shop.cluster.local'), ['10.0.0.9'])
  const { 'shop.cluster.local': targets } = await world.names()
  assert.equal(targets, ['lb.cluster.local'])
})

test('an IPv6 address is an AAAA record', async ({ world }) => {
  const targets = ['FD00:0::0:1', '10.0.0.1']
  await world.apply(
    anIngress('six', 'six.cluster.local', { targets: ['fd00:0:0::2'] }),
    anIngress('both', 'both.cluster.local', { targets }),
  )
  await world.settled()
  assert.equal(await world.answers('six.cluster.local', 'AAAA'), ['fd00::2'])
  assert.is(await world.answers('six.cluster.local'), 'ENODATA')
  assert.equal(await world.answers('both.cluster.local', 'AAAA'), ['fd00::1'])
  assert.equal(await world.answers('both.cluster.local'), ['10.0.0.1'])
})

test('an ingress may have 300 hosts, change all of them and go', async ({ world }) => {
  const hosts = (kind: string) =>
    Array.from({ length: 300 }, (_, index) => `${kind}-${index}.cluster.local`)
  const names = (kind: string) =>
    Object.fromEntries(hosts(kind).map((host) => [host, [usualTarget]]))
  await world.apply(anIngress('a', hosts('old')))
  await eventually(async () => assert.equal(await world.names(), names('old')))
  for (const host of hosts('old')) assert.equal(await world.answers(host), [usualTarget], host)
  await world.apply(anIngress('a', hosts('new')))
  await eventually(async () => assert.equal(await world.names(), names('new')))
  await world.remove('a')
  await world.settled()
  assert.equal(await world.names(), {})
})

test('forty changes a second to one ingress end in the last one', async ({ world }) => {
  for (let change = 1; change <= 40; change++) {
    const paced = delay(25)
    await world.apply(anIngress('a', `v${change}.cluster.local`, { targets: [`10.0.0.${change}`] }))
    await paced
  }
  await world.settled()
  assert.equal(await world.names(), { 'v40.cluster.local': ['10.0.0.40'] })
})

test('a name and a name below it answer each for itself', async ({ world }) => {
  await world.apply(
    anIngress('parent', 'a.apps.example', { targets: ['10.0.0.1'] }),
    anIngress('child', 'b.a.apps.example', { targets: ['10.0.0.2'] }),
  )
  await world.settled()
  assert.equal(await world.answers('a.apps.example'), ['10.0.0.1'])
  assert.equal(await world.answers('b.a.apps.example'), ['10.0.0.2'])
  await world.remove('child')
  await world.settled()
  assert.equal(await world.answers('a.apps.example'), ['10.0.0.1'])
  assert.is(await world.answers('b.a.apps.example'), 'ENOTFOUND')
})

test('an ingress without an address of its own has the default one', async ({ world }) => {
  const { functions } = world
  await world.apply(
    anIngress('a', 'shop.cluster.local', { targets: [] }),
    anIngress('b', 'own.cluster.local'),
  )
  await world.settled()
  await functions.start({ args: ['--targets.default=10.9.9.9'] })
  assert.equal(await world.names(), {
    'shop.cluster.local': ['10.9.9.9'],
    'own.cluster.local': [usualTarget],
  })
})

const otherTeam = { namespace: 'other-team' }

interface KubernetesEvent {
  readonly reason: string
  readonly type: string
  readonly note: string
  readonly regarding: { readonly kind: string; readonly name: string }
}

test.run()
