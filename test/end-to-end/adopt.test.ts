// time limit: 900 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { type ExternalDns, externalDns } from './external-dns.ts'
import { startWorld, type World } from './world.ts'

/** The commands adopt and uninstall beside the real ExternalDNS, in each of the ways in which it notes an owner. */
const test = suite<{ world: World; peer: ExternalDns }>('adopt and uninstall')

test.before(async (context) => {
  context.world = await startWorld({ started: false })
  context.peer = await externalDns(context.world.stack)
})
test.after(({ world }) => world?.stop())

const ways: readonly {
  readonly name: string
  readonly peer: readonly string[]
  readonly ours: readonly string[]
}[] = [
  { name: 'txt', peer: [], ours: [] },
  { name: 'prefix', peer: ['--txt-prefix=reg.'], ours: ['--txt-prefix=reg.'] },
  {
    name: 'suffix',
    peer: ['--txt-suffix=-%{record_type}'],
    ours: ['--txt-suffix=-%{record_type}'],
  },
  { name: 'strict', peer: ['--coredns-strictly-owned'], ours: [] },
  { name: 'noop', peer: ['--registry=noop'], ours: ['--registry=noop'] },
  {
    name: 'noop-strict',
    peer: ['--registry=noop', '--coredns-strictly-owned'],
    ours: ['--registry=noop'],
  },
]

for (const way of ways) {
  test(`adopt takes over what ExternalDNS notes in the way ${way.name}, and returns it`, async ({
    world,
    peer,
  }) => {
    const domain = `${way.name}.cluster.local`
    const sync = () =>
      peer.sync(
        `--namespace=${way.name}`,
        `--domain-filter=${domain}`,
        `--txt-owner-id=old-${way.name}`,
        ...way.peer,
      )
    const [one, two] = [`one.${domain}`, `two.${domain}`]
    await world.apply(
      anIngress('one', one, { namespace: way.name, targets: ['10.0.0.1'] }),
      anIngress('two', two, { namespace: way.name, targets: ['10.0.0.2', '10.0.0.3'] }),
      anIngress('three', `three.${domain}`, { namespace: way.name, targets: [one] }),
    )
    await sync()
    const below = `/skydns/local/cluster/${way.name}/`
    const written = await world.etcd.all(below)
    const flags = [...world.functions.flags, `--owner=old-${way.name}`, ...way.ours]
    await world.functions.start()
    await world.settled()
    await world.functions.stop()

    const applied = await k2sDns('adopt', ...flags, '--apply')
    assert.is(applied.code, 0, applied.stdout + applied.stderr)
    assert.match(applied.stdout, 'names taken over from ExternalDNS (owner')
    const keys = await world.etcd.all(below)
    assert.equal(
      Object.values(keys).filter((value) => !value.includes('"owner":"k2s-dns"')),
      [],
    )
    assert.equal(await world.answers(one), ['10.0.0.1'])
    assert.equal(await world.answers(two), ['10.0.0.2', '10.0.0.3'])

    const returned = await k2sDns('adopt', ...world.functions.flags, '--back')
    assert.is(returned.code, 0, returned.stderr)
    for (const moment of ['returned', 'found to be right by ExternalDNS']) {
      const back = await world.etcd.all(below)
      for (const [key, value] of Object.entries(written)) assert.is(back[key], value, moment)
      await sync()
    }
    await world.remove(...['one', 'two', 'three'].map((name) => `${way.name}/${name}`))
    await sync()
  })
}

test('adopt refuses what is another owner’s, with the reason', async ({ world, peer }) => {
  const domain = 'others.cluster.local'
  await world.apply(anIngress('a', `a.${domain}`, { namespace: 'others' }))
  await peer.sync('--namespace=others', `--domain-filter=${domain}`, '--txt-owner-id=theirs')
  await world.functions.start()
  await world.settled()
  const before = await world.etcd.all('/skydns/')
  const refused = await k2sDns('adopt', ...world.functions.flags, '--owner=old', '--apply')
  assert.is(refused.code, 1)
  assert.match(refused.stdout, `a.${domain}: /skydns/local/cluster/others/a-a/`)
  assert.match(refused.stdout, '(owner theirs, registry txt, ingress/others/a), not of owner old')
  assert.equal(await world.etcd.all('/skydns/'), before)
  const taken = await k2sDns('adopt', ...world.functions.flags, '--owner=theirs', '--apply')
  assert.is(taken.code, 0, taken.stdout)
})

test('adopt refuses what only ExternalDNS’s own key can tell', async ({ world, peer }) => {
  const domain = 'secret.cluster.local'
  const encrypted = ['--txt-encrypt-enabled', `--txt-encrypt-aes-key=${'k'.repeat(32)}`]
  const sync = () => peer.sync('--namespace=secret', `--domain-filter=${domain}`, ...encrypted)
  await world.functions.stop() // or the name would be ours first
  await world.apply(anIngress('a', `a.${domain}`, { namespace: 'secret' }))
  await sync()
  await world.functions.start()
  await world.settled()
  const refused = await k2sDns('adopt', ...world.functions.flags, '--apply')
  assert.is(refused.code, 1)
  assert.match(refused.stdout, 'is encrypted, so nobody knows whose it is')
  await world.remove('secret/a')
  await sync()
})

test('adopt tells how it is called', async () => {
  for (const [args, message] of [
    [['--registry=dynamodb'], '--registry dynamodb: write txt or noop'],
    [['--unclaimed=maybe'], '--unclaimed maybe: write keep or remove'],
    [['--txt-prefix=a', '--txt-suffix=b'], 'takes one of them at most'],
  ] as const) {
    const { code, stderr } = await k2sDns('adopt', ...args)
    assert.is(code, 1)
    assert.match(stderr, message)
  }
})

test('uninstall refuses while names could be returned', async ({ world }) => {
  await world.functions.stop()
  const before = await world.etcd.all('/')
  const { code, stderr } = await k2sDns('uninstall', ...world.functions.flags, '--yes')
  assert.is(code, 1)
  assert.match(stderr, 'names taken over from ExternalDNS: 1. k2s-dns adopt --back returns them')
  const shown = await k2sDns('uninstall', ...world.functions.flags)
  assert.is(shown.code, 0)
  assert.match(
    shown.stdout,
    /\d+ records below \/skydns, \d+ keys below \/k2s-dns\/k2s-dns would be/,
  )
  assert.equal(await world.etcd.all('/skydns/'), under('/skydns/', before))
  assert.equal(await world.etcd.all('/k2s-dns/'), under('/k2s-dns/', before))
})

test('uninstall removes exactly ours, and a second time finds nothing', async ({ world }) => {
  const { etcd, functions } = world
  const foreign = {
    '/skydns/local/cluster/hand/x1': '{"host":"10.9.9.9"}',
    '/skydns/local/cluster/one/txt/x1': 'no JSON',
    '/skydns/local/cluster/hand/probe': '{"host":"10.9.9.9","owner":"another"}',
    '/k2s-dns/k2s-dns-2/schema': '1',
    '/k2s-dns/k2s-dns-2/hosts/local/a': '{"claims":[]}',
    '/k2s-dns/k2s-dns2': 'x',
  }
  for (const [key, value] of Object.entries(foreign)) await etcd.put(key, value)
  await etcd.put('/skydns/local/cluster/x/probe', '{"host":"10.9.9.9","owner":"k2s-dns"}')
  const everything = { ...(await etcd.all('/skydns/')), ...(await etcd.all('/k2s-dns/')) }
  const others = Object.fromEntries(
    Object.entries(everything).filter(
      ([key, value]) =>
        !key.startsWith('/k2s-dns/k2s-dns/') && !value.includes('"owner":"k2s-dns"'),
    ),
  )
  const removed = await k2sDns('uninstall', ...functions.flags, '--yes', '--adopted=forget')
  assert.is(removed.code, 0, removed.stderr)
  assert.match(removed.stdout, 'kubectl delete -f deploy/kubernetes/')
  const left = async () => ({ ...(await etcd.all('/skydns/')), ...(await etcd.all('/k2s-dns/')) })
  assert.equal(await left(), others)
  const again = await k2sDns('uninstall', ...functions.flags, '--yes')
  assert.is(again.code, 0)
  assert.match(again.stdout, '0 records below /skydns, 0 keys below /k2s-dns/k2s-dns: removed')
  assert.equal(await left(), others)
})

const under = (prefix: string, all: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(prefix)))

test.run()
