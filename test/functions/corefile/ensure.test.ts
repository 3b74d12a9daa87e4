import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensure } from '../../../functions/corefile/ensure.ts'
import { undo } from '../../../functions/corefile/undo.ts'
import type { Outcome } from '../../../functions/corefile/wish.ts'
import { cases } from './cases.ts'
import { aWish, fixture, fixtures } from './fixtures.ts'

const said = (outcome: Outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind)
const zones = ['cluster.local', 'apps.example']

const table = suite('of all fixtures')
table('each has its case', () =>
  assert.equal(Object.keys(cases).sort(), Object.keys(fixtures).sort()),
)
for (const [name, corefile] of Object.entries(fixtures)) {
  for (const [at, zone] of zones.entries()) {
    const configuration = { corefile, custom: {} }
    const expected = cases[name]?.[at] ?? ''
    table(`${name}, ${zone}: ${expected}`, () => {
      assert.ok(said(ensure(configuration, aWish([zone]))).includes(expected))
    })
    for (const wish of [aWish([zone]), aWish([zone], { serveStale: '1h verify' }), aWish(zones)]) {
      const outcome = ensure(configuration, wish)
      if (outcome.kind !== 'edited') continue
      table(
        `${name}, ${wish.zones}${wish.serveStale ?? ''}: once is enough, and undone is as before`,
        () => {
          const again = ensure(outcome.configuration, wish)
          assert.equal(again, { kind: 'served', notes: outcome.notes })
          assert.equal(undo(outcome.configuration), { kind: 'undone', configuration })
        },
      )
    }
  }
}

/** The lines that an edit added, without our comments. */
function added(corefile: string, wish = aWish(['cluster.local'])): readonly string[] {
  const outcome = ensure({ corefile }, wish)
  if (outcome.kind !== 'edited') throw new Error(said(outcome))
  const before = new Set(corefile.split('\n'))
  const lines = outcome.configuration.corefile.split('\n')
  return lines.filter((line) => !before.has(line) && !line.includes('#')).map((line) => line.trim())
}

const test = suite('an edit')
const etcdOptions = [
  'path /skydns',
  'endpoint https://172.19.1.100:2379',
  'tls /etc/kubernetes/pki/etcd-client/tls.crt /etc/kubernetes/pki/etcd-client/tls.key /etc/kubernetes/pki/etcd-ca/tls.crt',
]

test('opens kubernetes for our zone only, and puts etcd and no denials beside it', () => {
  assert.equal(added(fixture('kubeadm-1.28')), [
    'fallthrough in-addr.arpa ip6.arpa cluster.local',
    'etcd cluster.local {',
    ...etcdOptions,
    'cache 30 {',
    'disable denial cluster.local',
  ])
})

test("of K2s's Corefile is nothing but the denials", () => {
  assert.equal(added(fixture('k2s-1.8')), ['cache 30 {', 'disable denial cluster.local'])
})

test('adds to the zones for which denials are not kept, since a second line would replace the first', () => {
  const lines = added(fixture('kubeadm-denial-of-others'))
  assert.is(lines.at(-1), 'disable denial corp.example cluster.local')
})

test('before CoreDNS 1.9.4 has another way to keep denials short', () => {
  const lines = added(
    fixture('kubeadm-1.28'),
    aWish(['cluster.local'], { coreDnsVersion: '1.9.3' }),
  )
  assert.is(lines.at(-1), 'denial 9984 1')
})

test('keeps reverse zones in the block that has them, behind the text that K2s looks for', () => {
  const wish = aWish(['19.172.in-addr.arpa', 'cluster.local'])
  assert.ok(
    added(fixture('kubeadm-1.36'), wish).includes('etcd cluster.local 19.172.in-addr.arpa {'),
  )
})

test('leaves the caches alone if it has to, and says what they lack', () => {
  const wish = aWish(['cluster.local'], { editCaches: false })
  const outcome = ensure({ corefile: fixture('k2s-1.8') }, wish)
  assert.equal(outcome, {
    kind: 'served',
    notes: [
      'hosts answers k2s.cluster.local before etcd does',
      'cache (line 25) lacks `disable denial cluster.local`: caches are left as they are',
    ],
  })
})

for (const [coreDnsVersion, line] of [
  ['1.14.4', 'serve_stale 1h verify 500ms'],
  ['v1.15.0', 'serve_stale 1h verify 500ms'],
  ['1.14.3', 'serve_stale 1h verify'],
  [undefined, 'serve_stale 1h verify'],
] as const) {
  test(`CoreDNS ${coreDnsVersion ?? 'of unknown version'} is told to ${line}`, () => {
    const wish = {
      ...aWish(['apps.example'], { serveStale: '1h verify 500ms' }),
      ...(coreDnsVersion && { coreDnsVersion }),
    }
    const lines = added(fixture('kubeadm-1.36'), wish)
    assert.equal(lines.slice(-3), ['cache 1 {', 'disable denial', line])
  })
}

test('says where stale answers are wished and none are kept', () => {
  const wish = aWish(['cluster.local', 'apps.example'], { serveStale: '1h verify' })
  const outcome = ensure({ corefile: fixture('kubeadm-1.36') }, wish)
  assert.equal(outcome.kind === 'edited' && outcome.notes, [
    'answers of cluster.local are not cached, so there are none to serve stale',
  ])
  const stale = ['disable denial cluster.local', 'serve_stale 1h verify']
  assert.equal(
    added(fixture('eks'), aWish(['cluster.local'], { serveStale: '1h verify' })).slice(-2),
    stale,
  )
})

test('follows a changed wish', () => {
  const first = ensure({ corefile: fixture('kubeadm-1.28') }, aWish(['cluster.local', 'a.example']))
  if (first.kind !== 'edited') throw new Error(said(first))
  const wish = aWish(['b.example'])
  const [anew, directly] = [
    ensure(first.configuration, wish),
    ensure({ corefile: fixture('kubeadm-1.28') }, wish),
  ]
  assert.equal(anew, directly)
})

const refused: readonly (readonly [zone: string, reason: string])[] = [
  ['local', 'a server block for local would hide cluster.local'],
  ['apps.svc.cluster.local', "would hide Kubernetes' names below svc.cluster.local"],
  ['k2s.registry.local', "K2s's add-ons edit each line"],
  ['Apps.example', 'is no zone'],
]
for (const [zone, reason] of refused) {
  test(`is refused for ${zone}`, () => {
    assert.ok(said(ensure({ corefile: fixture('kubeadm-1.28') }, aWish([zone]))).includes(reason))
  })
}

test('of a file name that no quoting can say is refused', () => {
  const wish = aWish(['a.example'])
  const odd = { ...wish, etcd: { ...wish.etcd, endpoints: ['http://{$HOST}:2379'] } }
  assert.ok(said(ensure({ corefile: fixture('eks') }, odd)).includes("can't be written"))
})

table.run()
test.run()
