import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Host, parseHost } from '../../../functions/names/host.ts'
import { keysOf } from '../../../functions/names/keys.ts'
import { isOwnRecord, leafOf, recordsOf } from '../../../functions/names/record.ts'

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
  ['no host', ours.key, value({ owner: 'k2s', text: 'x' })],
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
})

for (const [what, key, message] of foreign) {
  test(`is not ours: ${what}`, () => assert.not(isOwnRecord({ key, value: message }, options)))
}

test.run()
