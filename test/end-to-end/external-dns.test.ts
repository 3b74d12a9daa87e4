// time limit: 900 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { type ExternalDns, externalDns } from './external-dns.ts'
import { startWorld, type World } from './world.ts'

/** What k2s-dns and the real ExternalDNS do to each other's keys; docs/external-dns.md has the table. */
interface Mode {
  /** Also the namespace and the domain that this ExternalDNS sees. */
  readonly name: string
  readonly flags: readonly string[]
  /** Whether its registry has entries for our names: from before, or left behind. */
  readonly registered?: boolean
  /** What becomes of our key at a name that none of its sources wants, … */
  readonly ours: 'kept' | 'deleted'
  /** … that one of them wants with the same target, … */
  readonly same: 'kept' | 'rewritten' | 'kept, with one beside it'
  /** … or with another target. */
  readonly other: 'kept' | 'replaced' | 'kept, with one beside it'
}

const modes: readonly Mode[] = [
  { name: 'txt', flags: [], ours: 'kept', same: 'kept', other: 'kept' },
  {
    name: 'txt-registered',
    flags: [],
    registered: true,
    ours: 'deleted',
    same: 'rewritten',
    other: 'replaced',
  },
  {
    name: 'noop',
    flags: ['--registry=noop'],
    ours: 'deleted',
    same: 'rewritten',
    other: 'replaced',
  },
  {
    name: 'strict',
    flags: ['--coredns-strictly-owned'],
    ours: 'kept',
    same: 'kept, with one beside it',
    other: 'kept, with one beside it',
  },
  {
    name: 'noop-strict-as-us',
    flags: ['--registry=noop', '--coredns-strictly-owned', '--txt-owner-id=k2s-dns'],
    ours: 'deleted',
    same: 'rewritten',
    other: 'replaced',
  },
  {
    name: 'noop-upsert-only',
    flags: ['--registry=noop', '--policy=upsert-only'],
    ours: 'kept',
    same: 'rewritten',
    other: 'replaced',
  },
]

const test = suite<{ world: World; peer: ExternalDns }>('beside ExternalDNS')

test.before(async (context) => {
  context.world = await startWorld({ started: false })
  context.peer = await externalDns(context.world.stack)
})
test.after(({ world }) => world?.stop())

const domainOf = ({ name }: Mode) => `${name}.cluster.local`
const keyPrefix = ({ name }: Mode, host = '') => `/skydns/local/cluster/${name}/${host}`
const syncAs = (peer: ExternalDns, mode: Mode) =>
  peer.sync(`--namespace=${mode.name}`, `--domain-filter=${domainOf(mode)}`, ...mode.flags)

test('its names wait with us, and its keys stay as it wrote them, whatever its mode', async ({
  world,
  peer,
}) => {
  for (const mode of modes) {
    await world.apply(
      anIngress('theirs', `theirs.${domainOf(mode)}`, { namespace: mode.name, targets: [theirs] }),
    )
    await syncAs(peer, mode)
  }
  const written = await world.etcd.all('/skydns/')
  assert.is(hostKeys(written).length, modes.length)

  await world.functions.start()
  for (const mode of modes) {
    const [domain, namespace] = [domainOf(mode), mode.name]
    await world.apply(
      anIngress(`ours-${namespace}`, `ours.${domain}`, { targets: ['10.0.0.2'] }),
      anIngress('same', `same.${domain}`, { namespace, targets: ['10.0.0.3'] }),
      anIngress(`other-${namespace}`, `other.${domain}`, { targets: ['10.0.0.5'] }),
    )
  }
  await world.settled()
  const { functions } = world
  const waiting = await functions.metric('k2s_dns_refused_names', 'reason="foreign-record"')
  assert.is(waiting, modes.length)
  const { code } = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
  assert.is(code, 0)
  await functions.stop() // what follows is what it does to names that nobody defends

  const now = await world.etcd.all('/skydns/')
  for (const [key, value] of Object.entries(written)) assert.is(now[key], value, key)
  for (const mode of modes) {
    assert.equal(await world.answers(`theirs.${domainOf(mode)}`), [theirs])
    assert.equal(await world.answers(`other.${domainOf(mode)}`), ['10.0.0.5'])
    await world.apply(
      anIngress('other', `other.${domainOf(mode)}`, { namespace: mode.name, targets: [theirs] }),
    )
  }
})

for (const mode of modes) {
  test(`ExternalDNS in the mode ${mode.name}: ours ${mode.ours}, ${mode.other} if it wants another target`, async ({
    world: { etcd },
    peer,
  }) => {
    if (mode.registered) for (const name of names) await etcd.put(...entryFor(mode, name))
    const before = await etcd.all(keyPrefix(mode))
    await syncAs(peer, mode)
    const after = await etcd.all(keyPrefix(mode))
    const fate = (name: string) => fateOf(under(keyPrefix(mode, `${name}/`), before, after))
    assert.is(fate('ours'), mode.ours)
    assert.is(fate('same'), mode.same)
    assert.is(fate('other'), mode.other)
    await syncAs(peer, mode)
    assert.equal(await etcd.all(keyPrefix(mode)), after, 'a second time it changes nothing more')
  })
}

test('it reads all that we write: addresses of both families, names, and placeholders', async ({
  world,
  peer,
}) => {
  await world.functions.start()
  await world.apply(
    anIngress('two', 'two.reading.cluster.local', { targets: ['10.1.0.1', '10.1.0.2'] }),
    anIngress('six', 'six.reading.cluster.local', { targets: ['fd00::1'] }),
    anIngress('name', 'name.reading.cluster.local', { targets: ['lb.example.com'] }),
  )
  await world.settled()
  const log = await peer.sync('--namespace=nothing', '--domain-filter=reading.cluster.local')
  for (const read of [
    /two\.reading\.cluster\.local 30 IN A +10\.1\.0\.([12]);10\.1\.0\.(?!\1)[12]/,
    /six\.reading\.cluster\.local 30 IN A+ +fd00::1/, // 0.21 takes every address for an A record
    /name\.reading\.cluster\.local 30 IN CNAME +lb\.example\.com/,
    / reading\.cluster\.local 30 IN CNAME +reading\.cluster\.local/,
  ]) {
    assert.match(log, read)
  }
})

test('deleting a name of its own it takes names of ours along that begin with a- and that name', async ({
  world,
  peer,
}) => {
  const sync = () => peer.sync('--namespace=along', '--domain-filter=along.cluster.local')
  await world.functions.stop()
  await world.apply(anIngress('shop', 'shop.along.cluster.local', { namespace: 'along' }))
  await sync()
  await world.functions.start()
  await world.apply(anIngress('ours', 'a-shopping.along.cluster.local', { targets: ['10.0.0.2'] }))
  await world.settled()
  await world.functions.stop()
  await world.remove('along/shop')
  await sync()
  assert.is(await world.answers('a-shopping.along.cluster.local'), 'ENOTFOUND')
})

test('what it deleted is there again as soon as we are', async ({ world }) => {
  await world.functions.start()
  for (const mode of modes)
    assert.equal(await world.answers(`ours.${domainOf(mode)}`), ['10.0.0.2'])
  assert.equal(await world.answers('a-shopping.along.cluster.local'), ['10.0.0.2'])
})

const theirs = '10.0.0.1'
const names = ['ours', 'same', 'other']
type Keys = Readonly<Record<string, string>>

const hostKeys = (keys: Keys) => Object.values(keys).filter((value) => value.includes('"host"'))

const entryFor = (mode: Mode, name: string): [key: string, value: string] => [
  `${keyPrefix(mode)}a-${name}/11111111`,
  JSON.stringify({
    text: `"heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/x/${name}"`,
    targetstrip: 1,
  }),
]

const under = (prefix: string, ...all: readonly Keys[]): Keys[] =>
  all.map((keys) =>
    Object.fromEntries(Object.entries(keys).filter(([key]) => key.startsWith(prefix))),
  )

/** What became of the one key that we had at a name. */
function fateOf([before = {}, after = {}]: readonly Keys[]): string {
  const [[key = '', value] = []] = Object.entries(before)
  const others = Object.keys(after).filter((each) => each !== key)
  if (after[key] === value) return others.length > 0 ? 'kept, with one beside it' : 'kept'
  if (after[key] !== undefined) {
    assert.not.match(after[key], '"group"', 'it drops what keeps the name apart from those below')
    return 'rewritten'
  }
  return others.length > 0 ? 'replaced' : 'deleted'
}

test.run()
