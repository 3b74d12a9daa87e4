import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import {
  pointerRecord,
  pointingsOf,
  reverseName,
} from '../../../../functions/names/records/pointer.ts'
import { isOwnRecord, nameOfRecord } from '../../../../functions/names/records/record.ts'

const keys = keysOf({ instance: 'k2s' })
const zones = ['cluster.local', '10.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa']
const shop = 'shop.cluster.local' as Host // it is one

const backwards = suite('an address, backwards,')
for (const [address, name] of [
  ['10.0.0.1', '1.0.0.10.in-addr.arpa'],
  ['172.19.1.100', '100.1.19.172.in-addr.arpa'],
  ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
  ['::1', `1.${'0.'.repeat(31)}ip6.arpa`],
  [
    'fd00:1:2:3:4:5:6:7',
    '7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa',
  ],
] as const) {
  backwards(`${address} is ${name}`, () => assert.is(reverseName(address), name))
}

const pointing = suite('a host')
pointing('is pointed to by its addresses in our reverse zones, and by no name', () => {
  const of = (...targets: string[]) =>
    pointingsOf(shop, targets, { zones }).map(({ address }) => address)
  assert.equal(of('10.0.0.1', '192.168.0.1', '2001:db8::1', 'fd00::1'), ['10.0.0.1', '2001:db8::1'])
  assert.equal(of('lb.example.org'), [])
})

pointing('is told by one key without a leaf, which is known as ours', () => {
  const name = reverseName('10.0.0.1')
  const record = pointerRecord({ name, host: shop }, { keys, instance: 'k2s' })
  assert.equal(record, {
    key: '/skydns/arpa/in-addr/10/0/0/1',
    value: '{"host":"shop.cluster.local","ttl":30,"owner":"k2s"}',
  })
  assert.equal(nameOfRecord(record.key, keys), { name, leaf: undefined })
  assert.ok(isOwnRecord(record, { keys, instance: 'k2s' }))
  assert.not(isOwnRecord(record, { keys, instance: 'other' }))
})

backwards.run()
pointing.run()
