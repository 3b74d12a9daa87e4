import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Host, parseHost } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import {
  foreignRecord,
  isOwnRecord,
  leafOf,
  placeholderOf,
  recordsOf,
} from '../../../../functions/names/records/record.ts'

const instance = 'k2s'
const options = { keys: keysOf({ instance }), instance, zones: ['cluster.local'] }
const shop = parseHost('shop.cluster.local') as Host // it is one
const one = (target: string, host = shop) => {
  const [record] = recordsOf(host, { targets: [target], ttl: 30 }, options)
  return record ?? { key: '', value: '' }
}

const test = suite('a record')

test('of an address is as ExternalDNS writes it, field by field', () => {
  assert.is(
    one('10.0.0.1').value,
    '{"host":"10.0.0.1","ttl":30,"targetstrip":1,"group":"shop.cluster.local","owner":"k2s"}',
  )
})

test('of an IPv6 address has its leaf cut off names too', () => {
  assert.is(
    one('fd00::1').value,
    '{"host":"fd00::1","ttl":30,"targetstrip":1,"group":"shop.cluster.local","owner":"k2s"}',
  )
})

test('of a name has no targetstrip, which would cut the name itself', () => {
  assert.is(
    one('lb.example.com').value,
    '{"host":"lb.example.com","ttl":30,"group":"shop.cluster.local","owner":"k2s"}',
  )
})

test('of a text has no host, which would be an alias', () => {
  assert.is(
    one('TXT "hi"').value,
    '{"text":"hi","ttl":30,"targetstrip":1,"group":"shop.cluster.local","owner":"k2s"}',
  )
})

test('of a service keeps the addresses beside it out of SRV answers', () => {
  const targets = ['10.0.0.1', 'SRV 5 0 80 shop.cluster.local']
  const values = recordsOf(shop, { targets, ttl: 30 }, options).map((each) => each.value)
  assert.equal(values, [
    '{"host":"10.0.0.1","port":-1,"ttl":30,"targetstrip":1,"group":"shop.cluster.local","owner":"k2s"}',
    '{"host":"shop.cluster.local","port":80,"priority":5,"weight":1,"ttl":30,"group":"shop.cluster.local","owner":"k2s"}',
  ])
})

test('is one a target, and none without targets', () => {
  const { length } = recordsOf(shop, { targets: ['10.0.0.1', 'fd00::1'], ttl: 30 }, options)
  assert.equal([length, recordsOf(shop, { targets: [], ttl: 30 }, options).length], [2, 0])
})

test('has a leaf of the shape of ExternalDNS: eight hex digits below 0x80000000', () => {
  const leaves = new Set<string>()
  let short = 0
  for (let i = 0; i < 2_000; i++) {
    const leaf = leafOf(instance, `h${i}.local`, '10.0.0.1')
    assert.match(leaf, /^[0-7][0-9a-f]{7}$/)
    if (leaf.startsWith('0')) short++
    leaves.add(leaf)
  }
  assert.is(leaves.size, 2_000)
  assert.ok(short > 50, 'leading zeros must have been among them')
})

test('has the same key at every writing, and another for each host, target and instance', () => {
  assert.is(one('10.0.0.1').key, one('10.0.0.1').key)
  const leaves = [
    leafOf('k2s', 'a.local', '10.0.0.1'),
    leafOf('k2s-2', 'a.local', '10.0.0.1'),
    leafOf('k2s', 'b.local', '10.0.0.1'),
    leafOf('k2s', 'a.local', '10.0.0.2'),
  ]
  assert.is(new Set(leaves).size, 4)
})

const ours = one('10.0.0.1')
const value = (message: object) => JSON.stringify(message)
const foreign: readonly (readonly [what: string, key: string, value: string])[] = [
  ['no JSON', ours.key, 'hello'],
  ['nothing', ours.key, ''],
  ['null', ours.key, 'null'],
  ['a list', ours.key, '[]'],
  ['no owner', ours.key, value({ host: '10.0.0.1' })],
  ['another owner', ours.key, value({ host: '10.0.0.1', owner: 'external-dns' })],
  ['a text in the place of an address', ours.key, value({ owner: 'k2s', text: 'x' })],
  ['neither host nor text', ours.key, value({ owner: 'k2s' })],
  ['another text', one('TXT "x"').key, value({ owner: 'k2s', text: 'y' })],
  ['another port', one('SRV 0 0 80 a').key, one('SRV 0 0 81 a').value],
  ['an alias in the place of a mail host', one('MX 10 a').key, value({ owner: 'k2s', host: 'a' })],
  ['a host that is a number', ours.key, value({ owner: 'k2s', host: 1 })],
  ['another target than its leaf says', ours.key, value({ owner: 'k2s', host: '10.0.0.2' })],
  ['another leaf', `${ours.key.slice(0, -8)}00000000`, ours.value],
  ['another host', ours.key.replace('shop', 'shop2'), ours.value],
  ['the parent', ours.key.slice(0, -9), ours.value],
]

test('that we wrote is ours, whatever its TTL', () => {
  assert.ok(isOwnRecord(ours, options))
  assert.ok(isOwnRecord(one('lb.example.com'), options))
  assert.ok(isOwnRecord({ ...ours, value: ours.value.replace('30', '60') }, options))
  for (const target of [
    'TXT "a\\\\b"',
    'SRV 0 0 80 shop.cluster.local',
    'MX 10 shop.cluster.local',
  ]) {
    assert.ok(isOwnRecord(one(target), options), target)
    assert.is(foreignRecord(one(target), options.keys)?.mixes, undefined)
  }
})

for (const [what, key, message] of foreign) {
  test(`is not ours: ${what}`, () => assert.not(isOwnRecord({ key, value: message }, options)))
}

test('another instance’s is somebody’s, its placeholder is not', () => {
  const other = { ...options, instance: 'other' }
  const [mail] = recordsOf(shop, { targets: ['MX 10 shop.cluster.local'], ttl: 30 }, other)
  assert.is(foreignRecord(mail ?? ours, options.keys)?.name, shop)
  assert.is(foreignRecord(placeholderOf(shop, other), options.keys), undefined)
})

test.run()
