import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CoreDns, corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { type Supervisor, startSupervisor } from '../../deploy/local/supervisor.ts'
import { askAddresses } from '../../runtime/clients/dns.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { full } from '../runner/full.ts'
import { failureOf } from '../support/outcome.ts'
import { randomOf } from '../support/random.ts'
import { type EtcdKeys, etcdKeys } from './etcd-keys.ts'
import { type Names, namesIn } from './names.ts'
import { type Straight, startStraight } from './straight.ts'

/**
 * Objects as no API server would let them in. So there is none: etcd holds what the functions have written and
 * nothing else, and CoreDNS serves it.
 */
interface BareWorld {
  supervisor: Supervisor
  etcd: EtcdKeys
  coredns: CoreDns
  straight: Straight
}

const test = suite<BareWorld>('bad input')
const zones = ['cluster.local']
const good: Names = { 'good.cluster.local': ['10.0.0.1'] }

test.before(async (context) => {
  const servers = await realServers(['etcd', 'coredns'])
  const directory = mkdtempSync(path.join(tmpdir(), 'k2s-dns-test-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  context.supervisor = supervisor
  const { endpoint } = await startEtcd({ ...servers, supervisor })
  const corefile = (port: number) => corefileOf({ zones, endpoints: [endpoint] }, port)
  context.coredns = await startCoreDns({ ...servers, supervisor, corefile })
  context.etcd = etcdKeys(endpoint)
  context.straight = await startStraight({ etcd: endpoint, zones })
  await context.straight.tell('add', asking('good', 'good.cluster.local'))
})
test.after(async ({ supervisor, straight }) => {
  await straight?.close()
  await supervisor?.stop()
})

/** A host as an author may state it, and why it is refused; undefined: it asks for nothing. */
const hosts: readonly (readonly [what: string, host: string, reason: string | undefined])[] = [
  ['an empty host', '', undefined],
  ['a wildcard', '*.cluster.local', 'wildcard'],
  ['a wildcard within', 'a.*.cluster.local', 'wildcard'],
  ['half a wildcard', 'a*.cluster.local', 'invalid-name'],
  ['an internationalised host', 'bücher.cluster.local', 'invalid-name'],
  ['a full-width full stop', 'shop．cluster.local', 'invalid-name'],
  ['a host of 254 octets', `${'a.'.repeat(119)}bb.cluster.local`, 'invalid-name'],
  ['a label of 64 octets', `${'a'.repeat(64)}.cluster.local`, 'invalid-name'],
  ['an empty label', 'shop..cluster.local', 'invalid-name'],
  ['an empty first label', '.cluster.local', 'invalid-name'],
  ['a second trailing dot', 'shop.cluster.local..', 'invalid-name'],
  ['a leading dash', '-shop.cluster.local', 'invalid-name'],
  ['a trailing dash', 'shop-.cluster.local', 'invalid-name'],
  ['a way up', '../../k2s-dns/k2s-dns/schema', 'invalid-name'],
  ['a way up in a zone', '../registry.cluster.local', 'invalid-name'],
  ['a slash', 'shop/registry.cluster.local', 'invalid-name'],
  ['a leading slash', '/registry', 'invalid-name'],
  ['an encoded slash', 'shop%2fregistry.cluster.local', 'invalid-name'],
  ['a backslash', 'shop\\registry.cluster.local', 'invalid-name'],
  ['an underscore', '_dmarc.cluster.local', 'invalid-name'],
  ['a blank', 'sh op.cluster.local', 'invalid-name'],
  ['a line break', 'shop\n.cluster.local', 'invalid-name'],
  ['a NUL', 'shop\0.cluster.local', 'invalid-name'],
  ['an escape for terminals', '\x1b[31mshop.cluster.local', 'invalid-name'],
  ['half of a surrogate pair', '\ud83d.cluster.local', 'invalid-name'],
  ['an IP address', '10.0.0.1', 'invalid-name'],
  ['a megabyte', `${'a'.repeat(1_000_000)}.cluster.local`, 'invalid-name'],
  ['a host of another zone', 'shop.example.org', 'outside-zones'],
  ['a zone without the dot before it', 'shopcluster.local', 'outside-zones'],
  ['the zone itself', 'cluster.local', 'reserved'],
  ['a service of the cluster', 'kubernetes.default.svc.cluster.local', 'reserved'],
  ['where CoreDNS keeps a zone’s apex', 'ns.dns.cluster.local', 'reserved'],
]

for (const [index, [what, host, reason]] of hosts.entries()) {
  test(`${what} is ${reason ? `refused: ${reason}` : 'no name'}`, async (world) => {
    const bad = asking(`bad-${index}`, host)
    await using others = await othersThan(world, bad)
    assert.equal(refusals(await world.straight.tell('add', bad)), reason ? [reason] : [])
    assert.equal(refusalsLogged(world, bad), reason ? [reason] : [])
    await others.assertSame()
    await assertWorks(world)
  })
}

/** An object's fields, and what becomes of it: what is refused of it, or that its event is given up. */
const objects: readonly (readonly [what: string, fields: object, refused: string[] | 'GiveUp'])[] =
  [
    ['no spec', {}, []],
    ['a spec that is null', { spec: null }, []],
    ['no rules', { spec: {} }, []],
    ['rules without a host', { spec: { rules: [{}, { http: { paths: [] } }] } }, []],
    ['a rule that is null', { spec: { rules: [null] } }, 'GiveUp'],
    ['rules that are no list', { spec: { rules: { host: 'shop.cluster.local' } } }, 'GiveUp'],
    ['a host that is a number', { spec: { rules: [{ host: 7 }] } }, 'GiveUp'],
    ['a host that is an object', { spec: { rules: [{ host: { toString: 'x' } }] } }, 'GiveUp'],
    ['no status', { spec: specOf('shop.cluster.local') }, ['no-target']],
    ['a status that is null', { ...shopAt(), status: null }, ['no-target']],
    ['a status without addresses', shopAt(), ['no-target']],
    ['an address that is empty', shopAt(''), ['no-target']],
    ['a network for an address', shopAt('10.0.0.0/24'), ['invalid-target']],
    ['an address that is a way up', shopAt('../registry'), ['invalid-target']],
    ['two host names for addresses', shopAt('a.org', 'b.org'), ['invalid-target']],
    ['33 addresses', shopAt(...addresses(33)), ['too-many-targets']],
  ]

for (const [index, [what, fields, refused]] of objects.entries()) {
  test(`an ingress with ${what} makes no name and no trouble`, async (world) => {
    const bad = object(`odd-${index}`, fields)
    await using others = await othersThan(world, bad)
    const told = world.straight.tell('add', bad)
    if (refused === 'GiveUp') assert.is(nameOf(await failureOf(told)), refused)
    else assert.equal(refusals(await told), refused)
    await others.assertSame()
    await assertWorks(world)
  })
}

test('a bad host takes nothing from the good ones beside it', async ({ straight, etcd }) => {
  const mixed = asking('mixed', 'a.cluster.local', '../b', 'c.cluster.local')
  assert.equal(refusals(await straight.tell('add', mixed)), ['invalid-name'])
  const [a, c] = [['10.0.0.1'], ['10.0.0.1']]
  assert.equal(await namesIn(etcd), { ...good, 'a.cluster.local': a, 'c.cluster.local': c })
  await straight.tell('delete', later(mixed))
  assert.equal(await namesIn(etcd), good)
})

test('upper case and a trailing dot make no difference, as in DNS', async ({ straight, etcd }) => {
  const folded = asking('folded', 'Shop.CLUSTER.Local.', 'shop.cluster.local')
  assert.equal(refusals(await straight.tell('add', folded)), [])
  assert.equal(await namesIn(etcd), { ...good, 'shop.cluster.local': ['10.0.0.1'] })
  await straight.tell('delete', later(folded))
})

test('a host of 253 octets is a name', async ({ straight, etcd }) => {
  const labels = ['a', 'b', 'c'].map((each) => each.repeat(63))
  const host = `${labels.join('.')}.${'d'.repeat(47)}.cluster.local`
  assert.is(host.length, 253)
  const long = asking('long', host)
  assert.equal(refusals(await straight.tell('add', long)), [])
  assert.equal(await namesIn(etcd), { ...good, [host]: ['10.0.0.1'] })
  await straight.tell('delete', later(long))
})

test('a host name for an address is a CNAME, whatever its case', async ({ straight, etcd }) => {
  const named = object('named', shopAt('LB.Example.ORG'))
  await straight.tell('add', named)
  assert.equal(await namesIn(etcd), { ...good, 'shop.cluster.local': ['lb.example.org'] })
  await straight.tell('delete', later(named))
})

test('300 hosts, half of them bad: the others answer, and all of them go', async (world) => {
  const { straight, etcd } = world
  const wanted = Array.from({ length: 300 }, (_, index) =>
    index % 2 === 0 ? `h${index}.cluster.local` : `h${index}/.cluster.local`,
  )
  const many = asking('many', ...wanted)
  assert.is(refusals(await straight.tell('add', many)).length, 150)
  assert.is(Object.keys(await namesIn(etcd)).length, 150 + 1)
  await straight.tell('delete', later(many))
  await assertWorks(world)
})

test('metadata that name no object are given up, and write nothing', async ({ straight, etcd }) => {
  const before = await etcd.all()
  const { metadata } = asking('x', 'shop.cluster.local')
  for (const wrong of [
    { name: '../../registry' },
    { name: '' },
    { name: 'UPPER' },
    { namespace: 'a/b' },
    { uid: '' },
    { resourceVersion: '-1' },
    { resourceVersion: 'x' },
    { resourceVersion: '9'.repeat(40) },
  ]) {
    const bad = { ...asking('x', 'shop.cluster.local'), metadata: { ...metadata, ...wrong } }
    assert.is(nameOf(await failureOf(straight.tell('add', bad))), 'GiveUp', JSON.stringify(wrong))
  }
  assert.equal(await etcd.all(), before)
})

test('names of JavaScript’s own are names like others', async ({ straight, etcd }) => {
  const wanted = ['constructor', 'hasownproperty', 'prototype', 'tostring']
  for (const name of wanted) await straight.tell('add', asking(name, `${name}.cluster.local`))
  const found = Object.keys(await namesIn(etcd)).filter((host) => !(host in good))
  assert.equal(
    found.sort(),
    wanted.map((name) => `${name}.cluster.local`),
  )
  for (const name of wanted) await straight.tell('delete', later(object(name)))
  assert.equal(await namesIn(etcd), good)
})

test('whatever is stated as a host, no key leaves our prefixes and all is taken back', async (world) => {
  const { straight, etcd } = world
  const random = randomOf(1)
  const pieces = ['a', 'Z', '-', '.', '..', '/', '*', '\0', 'ü', '%2f', 'svc', 'local', '1', ' ']
  const told = Array.from({ length: full ? 5_000 : 300 }, (_, index) => {
    const text = Array.from({ length: 1 + random.below(6) }, () => random.oneOf(pieces)).join('')
    return asking(`random-${index}`, random.below(2) === 0 ? text : `${text}.cluster.local`)
  })
  await Promise.all(told.map((each) => straight.tell('add', each)))
  const strays = Object.keys(await etcd.all()).filter((key) => !prefixes.test(key))
  assert.equal(strays, [])
  await Promise.all(told.map((each) => straight.tell('delete', later(each))))
  await assertWorks(world)
})

const prefixes = /^\/skydns\/local\/cluster\/([a-z0-9-]+\/)+!?[0-9a-f]{8}$|^\/k2s-dns\/k2s-dns\//

function object(name: string, fields: object = {}): KubernetesObject {
  const uid = `uid-of-${name}`
  return { metadata: { namespace: 'default', name, uid, resourceVersion: '1000' }, ...fields }
}

const later = ({ metadata }: KubernetesObject): KubernetesObject => ({
  metadata: { ...metadata, resourceVersion: '2000' },
})

function asking(name: string, ...wanted: string[]): KubernetesObject {
  return object(name, { spec: specOf(...wanted), status: statusOf('10.0.0.1') })
}

function shopAt(...targets: string[]) {
  return { spec: specOf('shop.cluster.local'), status: statusOf(...targets) }
}

function specOf(...wanted: string[]) {
  return { rules: wanted.map((host) => ({ host })) }
}

function statusOf(...targets: string[]) {
  const ingress = targets.map((target) =>
    /^[a-z]/i.test(target) ? { hostname: target } : { ip: target },
  )
  return { loadBalancer: { ingress } }
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.0.1.${index}`)
}

type Handled = Awaited<ReturnType<Straight['tell']>>

const refusals = (handled: Handled): unknown[] =>
  handled.flatMap(({ answer }) => answer['refused'] as { reason: string }[]).map(reasonOf)
const reasonOf = ({ reason }: { reason: string }) => reason
const nameOf = (error: unknown) => (error instanceof Error ? error.name : error)

const ownerOf = ({ metadata: { namespace, name } }: KubernetesObject) =>
  `ingress/${namespace}/${name}`

const refusalsLogged = ({ straight }: BareWorld, told: KubernetesObject) =>
  straight.log.lines
    .filter(([line, { owner }]) => line === 'warn name refused' && owner === ownerOf(told))
    .map(([, { reason }]) => reason)

/** All of etcd but the one document in which an object's version is remembered; then the object goes. */
async function othersThan({ etcd, straight }: BareWorld, told: KubernetesObject) {
  const read = async () => {
    const { [`/k2s-dns/k2s-dns/owners/${ownerOf(told)}`]: _, ...others } = await etcd.all()
    return others
  }
  const before = await read()
  return {
    assertSame: async () => assert.equal(await read(), before),
    async [Symbol.asyncDispose]() {
      await straight.tell('delete', later(told))
    },
  }
}

/** Only the good name is there, CoreDNS answers it, and nothing is stuck. */
async function assertWorks({ straight, etcd, coredns }: BareWorld): Promise<void> {
  assert.equal(await namesIn(etcd), good)
  const server = `${coredns.address}:${coredns.port}`
  const { addresses } = await askAddresses(server, 'good.cluster.local', { timeoutMs: 2_000 })
  assert.equal(addresses, ['10.0.0.1'])
  assert.is(await straight.left(), 0)
}

test.run()
