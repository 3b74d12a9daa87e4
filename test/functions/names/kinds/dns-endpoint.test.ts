import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsOf } from '../../../../functions/names/asking/ask.ts'
import { parseSelector, type Selector } from '../../../../functions/names/asking/selector.ts'
import { dnsEndpoint } from '../../../../functions/names/kinds/dns-endpoint.ts'
import { askSettings } from '../../../support/asked-alone.ts'
import { findAmong } from '../../../support/find-among.ts'

const defaults = ['10.9.9.9', 'fd09::9', 'lb.default.example']

/** `shop.example 10.0.0.1 60`, or `shop.example refused: reason, message` */
function asked(object: object, settings: object = {}): readonly string[] {
  const all = { ...askSettings({ defaultTargets: defaults }), ...settings }
  const { find } = findAmong({})
  const made = dnsEndpoint.asks(dnsEndpoint.schema.parse(object), { settings: all, find })
  const { claims, refused } = claimsOf(made, all)
  return [
    ...claims.map(({ host, targets, ttlSeconds }) => [host, ...targets, ttlSeconds].join(' ')),
    ...refused.map(({ host, reason, message }) => `${host} refused: ${reason}, ${message}`),
  ]
}

/** `A shop.example 10.0.0.1 10.0.0.2`, with a TTL behind the type: `A:60` */
function endpoint(text: string): object {
  const [kind = '', dnsName, ...targets] = text.split(' ').map((word) => word.replaceAll('~', ' '))
  const [recordType, ttl] = kind.split(':')
  return { dnsName, recordType, targets, ...(ttl && { recordTTL: Number(ttl) }) }
}

const of = (...endpoints: readonly (object | null)[]) => ({
  metadata: { namespace: 'shop', name: 'names' },
  spec: { endpoints },
})

const rows: readonly (readonly [what: string, endpoints: string[], ...outcome: string[]])[] = [
  ['nothing', []],
  ['an address', ['A shop.example 10.0.0.1'], 'shop.example 10.0.0.1 30'],
  ['its TTL', ['A:60 shop.example 10.0.0.1'], 'shop.example 10.0.0.1 60'],
  ['several addresses', ['A s.example 10.0.0.2 10.0.0.1'], 's.example 10.0.0.1 10.0.0.2 30'],
  ['an IPv6 address', ['AAAA s.example FD00:0::1'], 's.example fd00::1 30'],
  ['an alias', ['CNAME s.example LB.example.'], 's.example lb.example 30'],
  ['a text', ['TXT s.example v=spf1~-all'], 's.example TXT "v=spf1 -all" 30'],
  ['several texts', ['TXT s.example one two'], 's.example TXT "one" TXT "two" 30'],
  ['a text in quotes', ['TXT s.example "v=spf1~-all"'], 's.example TXT "v=spf1 -all" 30'],
  [
    'a service',
    ['SRV _http._tcp.s.example 0~50~30080~node.example.'],
    '_http._tcp.s.example SRV 0 50 30080 node.example 30',
  ],
  ['a mail host', ['MX s.example 10~mail.example'], 's.example MX 10 mail.example 30'],
  [
    'endpoints of different names',
    ['A a.example 10.0.0.1', 'A:9 b.example 10.0.0.2'],
    'a.example 10.0.0.1 30',
    'b.example 10.0.0.2 9',
  ],
  [
    'endpoints of one name, however it is written: one claim with the smaller TTL',
    ['A:90 s.example 10.0.0.1', 'AAAA:60 S.Example. fd00::1', 'TXT:70 s.example hi'],
    's.example 10.0.0.1 TXT "hi" fd00::1 60',
  ],
  ['no targets: the default ones of its type', ['A s.example'], 's.example 10.9.9.9 30'],
  ['no targets of IPv6', ['AAAA s.example'], 's.example fd09::9 30'],
  ['no name', ['CNAME s.example'], 's.example lb.default.example 30'],
  [
    'a wildcard',
    ['A *.example 10.0.0.1'],
    "*.example refused: wildcard, CoreDNS's etcd plugin serves no wildcard: list the hosts",
  ],
  [
    'an address of the other family',
    ['A s.example 10.0.0.1 fd00::1'],
    's.example refused: invalid-target, spec.endpoints[0] (A): "fd00::1" is not an IPv4 address',
  ],
  [
    'an IPv4 address as IPv6',
    ['AAAA s.example ::ffff:10.0.0.1'],
    's.example refused: invalid-target, spec.endpoints[0] (AAAA): "::ffff:10.0.0.1" is not an IPv6 address',
  ],
  [
    'an alias to an address',
    ['CNAME s.example 10.0.0.1'],
    's.example refused: invalid-target, spec.endpoints[0] (CNAME): "10.0.0.1" is not a name',
  ],
  [
    'two aliases',
    ['CNAME s.example a.example b.example'],
    's.example refused: invalid-target, spec.endpoints[0] (CNAME): a CNAME has one target, not a.example, b.example',
  ],
  [
    'a text without any',
    ['TXT s.example'],
    's.example refused: invalid-target, spec.endpoints[0] (TXT): CoreDNS serves no empty TXT',
  ],
  [
    'a pointer',
    ['PTR 1.0.0.10.in-addr.arpa s.example'],
    '1.0.0.10.in-addr.arpa refused: invalid-target, spec.endpoints[0] (PTR): pointers are made from addresses: serve the reverse zone (dns.zones) and publish the name with its A or AAAA record',
  ],
  [
    'a type that is not served',
    ['CAA s.example 0~issue~"x"'],
    "s.example refused: invalid-target, spec.endpoints[0] (CAA): CoreDNS's etcd plugin answers no CAA records",
  ],
  [
    'what can’t be had, beside what can',
    ['NS s.example ns.example', 'A s.example 10.0.0.1', 'CAA s.example x'],
    's.example 10.0.0.1 30',
    "s.example refused: invalid-target, spec.endpoints[0] (NS): CoreDNS's etcd plugin answers NS for a zone alone, so it delegates nothing: write a server block for the zone below; spec.endpoints[2] (CAA): CoreDNS's etcd plugin answers no CAA records",
  ],
  [
    'a mail host elsewhere, behind an address: it gives way',
    ['A s.example 10.0.0.1', 'MX s.example 10~mail.example', 'MX s.example 10~mail.s.example'],
    's.example 10.0.0.1 MX 10 mail.s.example 30',
    's.example refused: invalid-target, spec.endpoints[1] (MX): CoreDNS would answer its A records with an alias to the host of its MX record, unless that is the name itself or below it: give one of the two a name of its own',
  ],
  [
    'an alias behind an address',
    ['A s.example 10.0.0.1', 'CNAME s.example lb.example'],
    's.example 10.0.0.1 30',
    's.example refused: invalid-target, spec.endpoints[1] (CNAME): a CNAME stands alone, not with 1 others',
  ],
  [
    'an underscore for an address',
    ['A _a.example 10.0.0.1'],
    '_a.example refused: invalid-name, an underscore is for SRV, TXT and MX records',
  ],
  [
    'an underscore for both',
    ['TXT _a.example hi', 'A _a.example 10.0.0.1'],
    '_a.example refused: invalid-name, an underscore is for SRV, TXT and MX records',
  ],
  [
    'a TTL that is none',
    ['A:-5 s.example 10.0.0.1', 'A:2147483648 t.example 10.0.0.1', 'A:0 u.example 10.0.0.1'],
    'u.example 10.0.0.1 30',
    's.example refused: malformed, spec.endpoints[0] (A): its recordTTL must be 0 to 2147483647',
    't.example refused: malformed, spec.endpoints[1] (A): its recordTTL must be 0 to 2147483647',
  ],
]

const test = suite('a DNSEndpoint')
for (const [what, endpoints, ...outcome] of rows) {
  test(`asks for: ${what}`, () => assert.equal(asked(of(...endpoints.map(endpoint))), outcome))
}

test('may lack anything', () => {
  const metadata = { namespace: 'shop', name: 'names' }
  for (const spec of [undefined, null, {}, { endpoints: null }, { endpoints: [null] }]) {
    assert.equal(asked({ metadata, spec }), [])
  }
  assert.equal(asked(of({})), [
    ' refused: malformed, spec.endpoints[0] (no type): it names no record type',
  ])
  const withoutName = of({ recordType: 'A', targets: ['10.0.0.1'], dnsName: null })
  assert.match(asked(withoutName)[0] ?? '', /^ refused: invalid-name/)
})

test('is ignored by annotations, save for another controller’s and the filters', () => {
  const prefix = 'external-dns.kubernetes.io'
  const annotated = (annotations: object) => {
    const object = of(endpoint('A s.example 10.0.0.1'))
    return { ...object, metadata: { ...object.metadata, annotations } }
  }
  const others = {
    [`${prefix}/hostname`]: 'a.example',
    [`${prefix}/target`]: '10.0.0.7',
    [`${prefix}/ttl`]: '7',
  }
  assert.equal(asked(annotated(others)), ['s.example 10.0.0.1 30'])
  assert.equal(asked(annotated({ [`${prefix}/controller`]: 'other' })), [])
  assert.equal(asked(annotated({}), { annotationFilter: parseSelector('team=a') }), [])
})

test('says which generation was not handled yet', () => {
  const unobserved = (generation: unknown, observedGeneration: unknown, settings = askSettings()) =>
    dnsEndpoint.unobserved?.(
      dnsEndpoint.schema.parse({ metadata: { generation }, status: { observedGeneration } }),
      settings,
    )
  const team = { ...askSettings(), labelFilter: parseSelector('team=a') as Selector } // it is one
  assert.is(unobserved(2, 1), 2)
  assert.is(unobserved(1, undefined), 1)
  assert.is(unobserved(2, 2), undefined)
  assert.is(unobserved(undefined, undefined), undefined)
  assert.is(unobserved(2, 1, team), undefined, 'it is not read')
})

test.run()
