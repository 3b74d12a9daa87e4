import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ownerId } from '../../../../functions/names/claim.ts'
import { type Host, isHost, parseHost } from '../../../../functions/names/host.ts'
import { isHostKey, keysOf, ownerOfKey } from '../../../../functions/names/records/keys.ts'
import { leafOf } from '../../../../functions/names/records/record.ts'
import { randomOf } from '../../../support/random.ts'

const keys = keysOf({ instance: 'k2s' })
const host = (text: string) => parseHost(text) as Host // each is one

const rows: readonly (readonly [what: string, actual: string, key: string])[] = [
  [
    'a record',
    keys.record(host('app.cluster.local'), '0a1b2c3d'),
    '/skydns/local/cluster/app/0a1b2c3d',
  ],
  ['a record of one label', keys.record(host('app'), 'l'), '/skydns/app/l'],
  ['a host', keys.host(host('app.cluster.local')), '/k2s-dns/k2s/hosts/local/cluster/app'],
  ['an owner', keys.owner('ingress/shop/web'), '/k2s-dns/k2s/owners/ingress/shop/web'],
  ['all records', keys.records, '/skydns/'],
  ['all owners', keys.owners, '/k2s-dns/k2s/owners/'],
  ['all hosts', keys.hosts, '/k2s-dns/k2s/hosts/'],
  ['a name taken over', keys.adoptedOf('app.local'), '/k2s-dns/k2s/adopted/local/app'],
  ['all names taken over', keys.adopted, '/k2s-dns/k2s/adopted/'],
  ['our own state', keys.state, '/k2s-dns/k2s/'],
  ['the schema', keys.schema, '/k2s-dns/k2s/schema'],
  ['the cluster', keys.cluster, '/k2s-dns/k2s/cluster'],
  [
    'another prefix',
    keysOf({ instance: 'k2s', recordPrefix: '/dns' }).record(host('app.local'), 'l'),
    '/dns/local/app/l',
  ],
]

const test = suite('keys')
for (const [what, actual, key] of rows) test(`of ${what}`, () => assert.is(actual, key))

/** Text of all sorts, slashes and steps up among it. */
function junk(round: number): string {
  const random = randomOf(round)
  const pieces = [
    'a',
    'z9',
    '-',
    '.',
    '..',
    '/',
    '../',
    '%2f',
    '%',
    '\0',
    '\n',
    'ü',
    '😀',
    ' ',
    'local',
  ]
  return Array.from({ length: random.below(8) }, () => random.oneOf(pieces)).join('')
}

test('of hosts are told from what others put there', () => {
  const key = (name: string) => `${keys.hosts}${name}`
  for (const ours of ['local/a', 'local/a/_tcp/_http']) assert.ok(isHostKey(keys, key(ours)), ours)
  for (const name of ['local/A', 'local//a', 'local/a_b', '', 'local/a/'])
    assert.not(isHostKey(keys, key(name)), name)
})

test('of a record stay below the prefix, a segment a label, whatever the host', () => {
  let kept = 0
  for (let round = 0; round < 5_000; round++) {
    const name = parseHost(junk(round))
    if (!isHost(name)) continue
    kept++
    for (const key of [keys.record(name, leafOf('k2s', name, '10.0.0.1')), keys.host(name)]) {
      const below = key.startsWith('/skydns/') || key.startsWith('/k2s-dns/k2s/hosts/')
      assert.ok(below, `round ${round}: ${key}`)
      const odd = key
        .split('/')
        .slice(1)
        .filter((part) => ['', '.', '..'].includes(part))
      assert.equal(odd, [], `round ${round}: ${key}`)
    }
    const segments = keys.record(name, 'leaf').split('/')
    assert.equal(segments, ['', 'skydns', ...name.split('.').reverse(), 'leaf'], `round ${round}`)
  }
  assert.ok(kept > 100, `only ${kept} were hosts: the generator proves little`)
})

test('of an owner stay below their prefix and lead back to it, whatever its name', () => {
  for (let round = 0; round < 5_000; round++) {
    const id = ownerId({ kind: junk(round), namespace: junk(round + 1e6), name: junk(round + 2e6) })
    const key = keys.owner(id)
    assert.ok(key.startsWith('/k2s-dns/k2s/owners/'), `round ${round}: ${key}`)
    assert.match(key, /^[\x21-\x7e]+$/, `round ${round}`)
    assert.is(ownerOfKey(keys, key), id, `round ${round}`)
  }
})

test('of two instances never meet', () => {
  const other = keysOf({ instance: 'k2s-2' })
  const ofBoth = [keys, other].map((each) => [
    each.owner('x'),
    each.hosts,
    each.schema,
    each.cluster,
  ])
  for (const key of ofBoth[0] ?? []) assert.not(key.startsWith('/k2s-dns/k2s-2/'))
  for (const key of ofBoth[1] ?? []) assert.not(key.startsWith('/k2s-dns/k2s/'))
})

test.run()
