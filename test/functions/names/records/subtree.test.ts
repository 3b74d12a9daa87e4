import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import {
  foreignRecord,
  isOwnRecord,
  placeholderOf,
} from '../../../../functions/names/records/record.ts'
import { alwaysSilent, namesAbove } from '../../../../functions/names/records/subtree.ts'

const zones = ['cluster.local', 'x.mid.cluster.local']
const keys = keysOf({ instance: 'k2s' })
const options = { keys, instance: 'k2s', zones }

const test = suite('names above others')

test('lie between a name and the nearest zone above it', () => {
  assert.equal(namesAbove('a.b.c.cluster.local', zones), ['b.c.cluster.local', 'c.cluster.local'])
  assert.equal(namesAbove('a.x.mid.cluster.local', zones), [])
  assert.equal(namesAbove('x.mid.cluster.local', zones), ['mid.cluster.local'])
  assert.equal(namesAbove('a.b.example.org', zones), [])
})

test('are silent in any case at zones, between zones, and where a zone’s addresses are looked up', () => {
  assert.equal(alwaysSilent(zones), [
    'cluster.local',
    'apex.dns.cluster.local',
    'x.mid.cluster.local',
    'apex.dns.x.mid.cluster.local',
    'mid.cluster.local',
  ])
})

test('have a placeholder whose key is the first of all that may lie beside it', () => {
  const placeholder = placeholderOf('b.cluster.local', options)
  assert.match(placeholder.key, /^\/skydns\/local\/cluster\/b\/![0-7][0-9a-f]{7}$/)
  for (const label of ['*', '-', '0', '00000000', '_tcp', 'a']) {
    assert.ok(placeholder.key < `/skydns/local/cluster/b/${label}`, label)
  }
  assert.ok(isOwnRecord(placeholder, options))
})

const rows: readonly (readonly [
  what: string,
  key: string,
  value: object,
  name: string | undefined,
  mixes: string | undefined,
])[] = [
  ['of ExternalDNS', 'b/0badcafe', { targetstrip: 1 }, 'b.cluster.local', undefined],
  ['without a leaf', 'b/a', {}, 'a.b.cluster.local', undefined],
  [
    'with a group of its own',
    'b/0badcafe',
    { targetstrip: 1, group: 'g' },
    'b.cluster.local',
    'b.cluster.local',
  ],
  [
    'without a leaf, with a group',
    'b/a',
    { group: 'a.b.cluster.local' },
    'a.b.cluster.local',
    'b.cluster.local',
  ],
  [
    'with the group that we would write',
    'b/0badcafe',
    { targetstrip: 1, group: 'b.cluster.local' },
    'b.cluster.local',
    undefined,
  ],
  [
    'that is another instance’s placeholder',
    'b/!0badcafe',
    { host: 'b.cluster.local', targetstrip: 1, group: 'b.cluster.local' },
    undefined,
    undefined,
  ],
]
for (const [what, key, value, name, mixes] of rows) {
  test(`are mixed by a key of somebody else ${what}: ${mixes ?? 'none'}`, () => {
    const record = { key: `/skydns/local/cluster/${key}`, value: JSON.stringify(value) }
    assert.equal(foreignRecord(record, keys), name && { name, mixes })
  })
}

test('are not mixed by what is no JSON', () => {
  const record = { key: '/skydns/local/cluster/b', value: '{' }
  assert.equal(foreignRecord(record, keys), { name: 'b.cluster.local', mixes: undefined })
})

test.run()
