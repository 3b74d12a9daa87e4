import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { onIngressAdded } from '../../functions/on-ingress-added.ts'
import { onIngressDeleted } from '../../functions/on-ingress-deleted.ts'
import { createRecords } from '../../runtime/effects/records/index.ts'
import { objectEvent } from '../../runtime/events.ts'
import type { Context } from '../../runtime/function.ts'
import { createMetrics } from '../../runtime/metrics.ts'
import { etcdModel } from '../runtime/effects/records/etcd-model.ts'
import { aPolicy } from '../support/a-policy.ts'
import { askAlone, askSettings, ingressKind } from '../support/asked-alone.ts'
import { handClock } from '../support/hand-clock.ts'
import { thrownBy } from '../support/outcome.ts'

/** The two functions at work on a record store; nothing checks an object before they see it. */
function startWorld() {
  const etcd = etcdModel()
  const client = etcd.connect()
  const shown = new Map<string, string>()
  const records = createRecords({
    etcd: client,
    instance: 'k2s',
    zones: ['cluster.local'],
    clock: handClock(),
    metrics: createMetrics(),
  })
  const settings = { policy: aPolicy(), ...askSettings({ defaultTargets: ['172.19.1.100'] }) }
  const report: Context['report'] = {
    refusals: ({ name }, refused) =>
      void shown.set(name, refused.map(({ host, reason }) => `${host}: ${reason}`).join(', ')),
    standings: () => undefined,
    observed: async () => undefined,
  }
  const context = {
    settings,
    records,
    world: { ask: askAlone(settings) },
    work: { askAgain: () => undefined },
    report,
  } as unknown as Context // all that these functions ask of it
  const event = (verb: 'add' | 'delete', name: string, version: number, fields: object) => {
    const metadata = { namespace: 'shop', name, uid: 'u-1', resourceVersion: String(version) }
    return objectEvent(verb, ingressKind, { ...fields, metadata }, { era: 0, source: '/cluster' })
  }
  return {
    etcd,
    shown: (name = 'web') => shown.get(name),
    apply: (fields: object, { name = 'web', version = 1 } = {}) =>
      onIngressAdded.call(event('add', name, version, fields), context),
    remove: ({ name = 'web', version = 2 } = {}) =>
      onIngressDeleted.call(event('delete', name, version, {}), context),
    /** The keys of records without their leaves. */
    names: () => [...new Set(etcd.keys('/skydns/').map((key) => key.slice(0, -9)))],
    outside: () =>
      etcd.keys('').filter((key) => !/^\/(skydns|k2s-dns\/k2s)\/[\x21-\x7e]+$/.test(key)),
  }
}

const rules = (...hosts: unknown[]) => ({ spec: { rules: hosts.map((host) => ({ host })) } })
const long = (octets: number) => `${'a.'.repeat(130).slice(0, octets - 14)}.cluster.local`

/** [what, the object, names that answer then, what is shown on the object] */
const rows: readonly (readonly [what: string, object: object, names: string[], shown: string])[] = [
  ['no host', rules(undefined), [], ''],
  ['no spec', {}, [], ''],
  ['upper case', rules('Shop.Cluster.Local'), ['/skydns/local/cluster/shop'], ''],
  ['a wildcard', rules('*.cluster.local'), [], '*.cluster.local: wildcard'],
  ['an IDN', rules('bücher.cluster.local'), [], 'bücher.cluster.local: invalid-name'],
  ['an empty label', rules('a..cluster.local'), [], 'a..cluster.local: invalid-name'],
  ['a leading hyphen', rules('-a.cluster.local'), [], '-a.cluster.local: invalid-name'],
  ['254 octets', rules(long(254)), [], `${long(254)}: invalid-name`],
  ['a step up', rules('../../k2s-dns/x'), [], '../../k2s-dns/x: invalid-name'],
  ['a slash', rules('a/b.cluster.local'), [], 'a/b.cluster.local: invalid-name'],
  ['a reserved name', rules('x.svc.cluster.local'), [], 'x.svc.cluster.local: reserved'],
  ['a name of others', rules('example.com'), [], 'example.com: outside-zones'],
  [
    'a hostname target',
    {
      ...rules('a.cluster.local'),
      status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } },
    },
    ['/skydns/local/cluster/a'],
    '',
  ],
  [
    'all of it beside a good one',
    rules('*', '../x', 'good.cluster.local', '-', 'a/b'),
    ['/skydns/local/cluster/good'],
    '*: wildcard, ../x: invalid-name, -: invalid-name, a/b: invalid-name',
  ],
]

const test = suite('an ingress, past all validation,')
for (const [what, object, names, refused] of rows) {
  test(`with ${what} ends in the right records, and what is refused is seen`, async () => {
    const { apply, remove, names: found, shown, outside, etcd } = startWorld()
    await apply(object)
    assert.equal(found(), names)
    assert.is(shown(), refused)
    assert.equal(outside(), [])
    await remove()
    assert.equal([found(), shown(), etcd.keys('/k2s-dns/k2s/hosts/')], [[], '', []])
  })
}

test('with 253 octets answers', async () => {
  const { apply, names } = startWorld()
  const octets253 = `${['a', 'b', 'c'].map((each) => each.repeat(63)).join('.')}.${'d'.repeat(47)}.cluster.local`
  assert.is(octets253.length, 253)
  await apply(rules(octets253))
  assert.ok(names().includes(`/skydns/${octets253.split('.').reverse().join('/')}`))
})

test('with 300 hosts answers to each, and to none when it went', async () => {
  const { apply, remove, names } = startWorld()
  const hosts = Array.from({ length: 300 }, (_, i) => `h${i}.cluster.local`)
  await apply(rules(...hosts))
  assert.is(names().length, 300)
  await remove()
  assert.equal(names(), [])
})

for (const [what, object] of [
  ['a host that is a number', rules(5)],
  ['a host that is an object', rules({ toLowerCase: 1 })],
  ['rules that are a text', { spec: { rules: 'x' } }],
  ['a spec that is a list', { spec: [] }],
  ['an address that is a list', { status: { loadBalancer: { ingress: [{ ip: [] }] } } }],
] as const) {
  test(`with ${what} is given up or asks for nothing, and writes no record`, async () => {
    const { apply, names, outside } = startWorld()
    let handled: Promise<unknown> | undefined
    const thrown = thrownBy(() => {
      handled = apply(object)
    })
    await handled
    assert.ok(handled !== undefined || thrown.startsWith('GiveUp: '), thrown)
    assert.equal([names(), outside()], [[], []])
  })
}

test('that changes forty times has the names of its last state', async () => {
  const { apply, names } = startWorld()
  const changes = Array.from({ length: 40 }, (_, i) =>
    apply(rules(`h${i}.cluster.local`), { version: 100 - i }),
  )
  await Promise.all(changes)
  assert.equal(names(), ['/skydns/local/cluster/h0'])
})

test('late, after a deletion, brings nothing back', async () => {
  const { apply, remove, names } = startWorld()
  await apply(rules('a.cluster.local'), { version: 1 })
  await remove({ version: 3 })
  await apply(rules('a.cluster.local'), { version: 2 })
  assert.equal(names(), [])
})

test('that waits for a name is shown so, until the name is free', async () => {
  const { apply, remove, names, shown } = startWorld()
  const at = (ip: string) => ({
    ...rules('a.cluster.local'),
    status: { loadBalancer: { ingress: [{ ip }, { hostname: 'x.example' }] } },
  })
  await apply(at('10.0.0.1'), { name: 'web' })
  await apply({ ...rules('a.cluster.local'), ...cname('lb.example') }, { name: 'other' })
  assert.equal([shown('web'), shown('other')], ['', 'a.cluster.local: taken'])
  await remove({ name: 'web' })
  await apply(
    { ...rules('a.cluster.local'), ...cname('lb.example') },
    { name: 'other', version: 3 },
  )
  assert.equal([shown('other'), names()], ['', ['/skydns/local/cluster/a']])
})

const cname = (hostname: string) => ({ status: { loadBalancer: { ingress: [{ hostname }] } } })

test('whose late event comes after a newer one keeps what is shown of the newer', async () => {
  const { apply, remove, shown } = startWorld()
  await apply(rules('example.com'), { version: 5 })
  assert.equal(await apply(rules('a.cluster.local'), { version: 4 }), {
    changed: false,
    late: true,
  })
  await remove({ version: 3 })
  assert.is(shown(), 'example.com: outside-zones')
})

test.run()
