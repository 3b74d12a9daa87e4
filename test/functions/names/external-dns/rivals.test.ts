import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rivalsOf } from '../../../../functions/names/external-dns/rivals.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'

const keys = keysOf({ instance: 'k2s' })
const shop = 'shop.local' as Host
const own = '/skydns/local/shop/7ea71eaf'
const by = (fields: object) => JSON.stringify({ host: '10.9.9.9', targetstrip: 1, ...fields })
const text = '"heritage=external-dns,external-dns/owner=east,external-dns/resource=ingress/a/b"'
const entry = JSON.stringify({ text, targetstrip: 1 })

type Fact = readonly [
  fact: string,
  foreign: Readonly<Record<string, string>>,
  held: readonly string[] | undefined,
  waiting?: readonly string[],
]

const stop = 'stop it and run k2s-dns adopt'
const facts: readonly Fact[] = [
  ['nobody', { '/skydns/local/blog/00000001': by({}) }, []],
  [
    'ExternalDNS without a registry',
    { '/skydns/local/shop/00000001': by({}) },
    [
      'ExternalDNS (no owner noted, as with --registry noop) keeps keys beside ours, and deletes or ' +
        `rewrites those: give it --registry txt, or ${stop} --registry noop`,
    ],
    [`ExternalDNS (no owner noted, as with --registry noop) has the name: ${stop} --registry noop`],
  ],
  [
    'ExternalDNS that owns strictly',
    { '/skydns/local/shop/00000001': by({ owner: 'east' }) },
    [
      'ExternalDNS (--coredns-strictly-owned, owner east) keeps keys beside ours, and CoreDNS answers ' +
        `both: take the name out of its --domain-filter, or ${stop} --owner east`,
    ],
    [`ExternalDNS (--coredns-strictly-owned, owner east) has the name: ${stop} --owner east`],
  ],
  [
    'a registry entry that was left',
    { '/skydns/local/a-shop/00000001': entry, '/skydns/local/a-blog/00000001': entry },
    [
      'ExternalDNS (--registry txt, owner east) has an entry for the name, so it deletes our records ' +
        `or rewrites them: delete the entry if ExternalDNS gave the name up, or ${stop} --owner east`,
    ],
  ],
  [
    'ExternalDNS that rewrote our key',
    { [own]: by({}) },
    undefined,
    [
      'ExternalDNS (no owner noted, as with --registry noop) wrote over our record, and has the name ' +
        `now: ${stop} --registry noop`,
    ],
  ],
  [
    'somebody unknown',
    { '/skydns/local/shop/x': by({ port: 80 }) },
    [
      'somebody else keeps a key beside ours, and CoreDNS answers both: remove the key if nobody needs it',
    ],
    ['somebody else has the name: remove the key if nobody needs it'],
  ],
  [
    'keys below that show here',
    {
      '/skydns/local/shop/x/00000001': by({}),
      '/skydns/local/shop/y/00000001': by({ group: 'y.shop.local' }),
      '/skydns/local/shop/z': JSON.stringify({ host: '10.9.9.9', group: 'g' }),
    },
    [
      'somebody else keeps a key of another group, so shop.local answers with all below it: write it ' +
        'with a leaf, targetstrip 1 and its own name as the group',
      'somebody else keeps a key without a group, so shop.local answers with it too: write it with a ' +
        'leaf, targetstrip 1 and its own name as the group',
    ],
    [],
  ],
]

const test = suite('who else has to do with a name')

for (const [fact, foreign, ...stories] of facts) {
  for (const [index, expected] of stories.entries()) {
    if (!expected) continue
    const isHeld = index === 0
    test(`${fact}, while it is ${isHeld ? 'ours' : 'waited for'}`, () => {
      const records = Object.entries(foreign).map(([key, value]) => ({ key, value }))
      const told = rivalsOf(shop, records, { keys, isHeld, ownKeys: new Set([own]) })
      const lines = told.map(({ who, effect, remedy }) => `${who} ${effect}: ${remedy}`)
      assert.equal(lines, expected)
    })
  }
}

test('with the keys that tell it', () => {
  const found = ['/skydns/local/shop/00000001', '/skydns/local/a-shop/00000001']
  const records = [
    { key: found[0] ?? '', value: by({}) },
    { key: found[1] ?? '', value: entry },
  ]
  const [rival] = rivalsOf(shop, records, { keys, isHeld: true, ownKeys: new Set() })
  assert.equal(rival?.keys, found)
})

test.run()
