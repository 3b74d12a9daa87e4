import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  describeExternalDns,
  externalDnsKey,
} from '../../../../functions/names/external-dns/external-dns.ts'
import {
  entryName,
  entryOf,
  heritageOf,
} from '../../../../functions/names/external-dns/registry.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import { recordsOf } from '../../../../functions/names/records/record.ts'

const keys = keysOf({ instance: 'k2s' })
const plain = { prefix: '', suffix: '' }
const heritage =
  'heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/shop/web'
/** From ExternalDNS 0.21.0 with `--txt-encrypt-enabled`, its shape: base64 in quotes. */
const encrypted = `"${Buffer.alloc(90, 7).toString('base64')}"`

const shop = '/skydns/local/cluster/shop/1a2b3c4d'
const entry = '/skydns/local/cluster/a-shop/1a2b3c4d'
const written: readonly (readonly [what: string, key: string, message: object, told: string])[] = [
  ['an address', shop, { host: '10.0.0.1', targetstrip: 1 }, 'written by ExternalDNS'],
  ['an address with TTL', shop, { host: '::1', ttl: 60, targetstrip: 1 }, 'written by ExternalDNS'],
  [
    'a name, of a strict owner',
    shop,
    { host: 'lb.example.com', targetstrip: 1, group: 'g1', owner: 'default' },
    'written by ExternalDNS (owner default)',
  ],
  [
    'an address with its entry in one key',
    shop,
    { host: '10.0.0.1', text: `"${heritage}"`, targetstrip: 1 },
    'written by ExternalDNS (owner default, ingress/shop/web)',
  ],
  [
    'an entry',
    entry,
    { text: `"${heritage}"`, targetstrip: 1 },
    "ExternalDNS's registry entry of shop.cluster.local (owner default, registry txt, ingress/shop/web)",
  ],
  [
    'an entry of before 0.18',
    shop,
    { text: `"${heritage}"`, targetstrip: 1 },
    "ExternalDNS's registry entry of shop.cluster.local (owner default, registry txt, ingress/shop/web)",
  ],
  [
    'an encrypted entry',
    entry,
    { text: encrypted, targetstrip: 1 },
    "ExternalDNS's registry entry of shop.cluster.local (registry txt, encrypted)",
  ],
  [
    'a PTR record of 0.22',
    '/skydns/arpa/in-addr/172/26/0/2',
    { host: 'shop.cluster.local' },
    'written by ExternalDNS',
  ],
  [
    'a PTR record of before 0.22',
    '/skydns/arpa/in-addr/172/26/0/2/1a2b3c4d',
    { host: 'shop.cluster.local', targetstrip: 1 },
    'written by ExternalDNS (a PTR record that CoreDNS does not find)',
  ],
]

const ours = recordsOf(
  'shop.cluster.local' as Host,
  { targets: ['10.0.0.1'], ttl: 30 },
  {
    keys,
    instance: 'k2s-2',
    zones: [],
  },
)[0]
const others: readonly (readonly [what: string, key: string, value: string])[] = [
  ['no JSON', shop, 'hello'],
  ['nothing in it', shop, '{"targetstrip":1}'],
  ['a field that it never writes', shop, '{"host":"10.0.0.1","targetstrip":1,"port":80}'],
  ['no targetstrip', shop, '{"host":"10.0.0.1"}'],
  ['another targetstrip', shop, '{"host":"10.0.0.1","targetstrip":2}'],
  ['a leaf by hand', '/skydns/local/cluster/shop/x1', '{"host":"10.0.0.1","targetstrip":1}'],
  ['too large a leaf', `${shop.slice(0, -8)}9a2b3c4d`, '{"host":"10.0.0.1","targetstrip":1}'],
  ['a text of somebody', entry, '{"text":"v=spf1 -all","targetstrip":1}'],
  ['another heritage', entry, '{"text":"heritage=other,external-dns/owner=x","targetstrip":1}'],
  ['an address in a reverse zone', '/skydns/arpa/in-addr/10/0/0/1', '{"host":"10.0.0.1"}'],
  ['a record of another instance of ours', ours?.key ?? '', ours?.value ?? ''],
]

const recognised = suite('a key as ExternalDNS writes it')
for (const [what, key, message, told] of written) {
  recognised(`is told: ${what}`, () => {
    const found = externalDnsKey({ key, value: JSON.stringify(message) }, keys, plain)
    assert.is(found && describeExternalDns(found), told)
  })
}
for (const [what, key, value] of others) {
  recognised(`is not one with ${what}`, () =>
    assert.is(externalDnsKey({ key, value }, keys, plain), undefined),
  )
}

/** The names of registry/mapper's own tests (0.21.0), and some more. */
const entries: readonly (readonly [affixes: string, of: string, type: string, name: string])[] = [
  ['', 'foo.example.com', 'A', 'a-foo.example.com'],
  ['', 'foo.example.com', 'AAAA', 'aaaa-foo.example.com'],
  ['', 'foo.example.com', 'CNAME', 'cname-foo.example.com'],
  ['', 'a-b.example.com', 'A', 'a-a-b.example.com'],
  ['', '2.49.168.192.in-addr.arpa', 'PTR', 'ptr-2.49.168.192.in-addr.arpa'],
  ['txt. ', 'foo.example.com', 'A', 'txt.a-foo.example.com'],
  ['txt- ', 'foo.example.com', 'CNAME', 'txt-cname-foo.example.com'],
  ['%{record_type}- ', 'foo.example.com', 'A', 'a-foo.example.com'],
  ['x-%{record_type}. ', 'foo.example.com', 'AAAA', 'x-aaaa.foo.example.com'],
  [' -txt', 'foo.example.com', 'A', 'a-foo-txt.example.com'],
  [' -%{record_type}', 'foo.example.com', 'CNAME', 'foo-cname.example.com'],
  [' .txt', 'foo.example.com', 'A', 'a-foo.txt.example.com'],
  ['TXT- ', 'foo.example.com', 'A', 'txt-a-foo.example.com'],
]

const registry = suite('the txt registry')
for (const [affixes, of, type, name] of entries) {
  registry(`with "${affixes}": ${name} speaks of ${of}, ${type}`, () => {
    const [prefix = '', suffix = ''] = affixes.split(' ')
    assert.equal(entryOf(name, { prefix, suffix }), { of, type })
    assert.is(entryName(of, type, { prefix, suffix }), name)
  })
}

registry('a name without a type speaks of itself', () => {
  assert.equal(entryOf('foo.local', plain), { of: 'foo.local', type: undefined })
  assert.equal(entryOf('web-a.local', plain), { of: 'web-a.local', type: undefined })
  assert.equal(entryOf('txt.foo.local', { prefix: 'txt.', suffix: '' }), {
    of: 'foo.local',
    type: undefined,
  })
})

registry('a name without the affix is no entry of another', () => {
  assert.equal(entryOf('a-foo.local', { prefix: 'txt.', suffix: '' }).of, 'a-foo.local')
  assert.equal(entryOf('a-foo.local', { prefix: '', suffix: '-txt' }).of, 'a-foo.local')
})

for (const [text, read] of [
  [`"${heritage}"`, { owner: 'default', resource: 'ingress/shop/web' }],
  [heritage, { owner: 'default', resource: 'ingress/shop/web' }],
  ['heritage=external-dns', { owner: undefined, resource: undefined }],
  [
    'heritage=external-dns,external-dns/owner=a=b,external-dns/x=1',
    { owner: undefined, resource: undefined },
  ],
  ['external-dns/owner=default', undefined],
  ['heritage=mate,external-dns/owner=default', undefined],
  ['', undefined],
] as const) {
  registry(`reads ${text || 'an empty text'}`, () => assert.equal(heritageOf(text), read))
}

recognised.run()
registry.run()
