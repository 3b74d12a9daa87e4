import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { grpcRoute } from '../../../../../functions/names/kinds/grpc-route.ts'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import type { NameKind } from '../../../../../functions/names/kinds/kind.ts'
import { tcpRoute } from '../../../../../functions/names/kinds/tcp-route.ts'
import { tlsRoute } from '../../../../../functions/names/kinds/tls-route.ts'
import { udpRoute } from '../../../../../functions/names/kinds/udp-route.ts'
import { aGateway, aRoute, http, outcome, type Raw } from './gateway-world.ts'

const web = aGateway([http()])
const at = (name: string, fields: object = {}) => ({
  parentRefs: [{ namespace: 'infra', name, ...fields }],
})
const ok = 'a.local → 10.0.0.1'
const no = 'a.local: not-attached'

type Row = readonly [what: string, route: unknown, others: readonly Raw[], ...outcome: string[]]

const listeners = (...hostnames: (string | undefined)[]) => [
  aGateway(hostnames.map((each) => http(each))),
]

const hosts: readonly Row[] = [
  [
    'those that match no listener are refused, and the others stay',
    aRoute(['non.matching.local', 'wild.local', 'a.wild.local', 'a.b.wild.local']),
    listeners('very.special.local', '*.wild.local'),
    'a.wild.local → 10.0.0.1',
    'a.b.wild.local → 10.0.0.1',
    'non.matching.local: not-attached',
    'wild.local: not-attached',
  ],
  [
    "a route's wildcard is a listener's host",
    aRoute(['*.special.local']),
    listeners('very.special.local'),
    'very.special.local → 10.0.0.1',
  ],
  [
    'two wildcards are one, which is refused',
    aRoute(['*.local']),
    listeners('*.wild.local'),
    '*.wild.local: wildcard',
  ],
  [
    'a wildcard is refused, and what an exact listener makes of it is not',
    aRoute(['*.wild.local']),
    listeners('*.wild.local', 'a.wild.local'),
    'a.wild.local → 10.0.0.1',
    '*.wild.local: wildcard',
  ],
  [
    'a route without hosts has those of its listeners',
    aRoute(undefined),
    listeners('a.local', 'b.local', 'a.local'),
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.1',
  ],
  ['an empty list is none', aRoute([]), listeners('a.local'), ok],
  [
    'a route without hosts has only those of the listener that it names',
    aRoute(undefined, at('web', { sectionName: 'b' })),
    [aGateway([http('a.local'), http('b.local', { name: 'b' })])],
    'b.local → 10.0.0.1',
  ],
  ['neither names a host', aRoute(undefined), listeners(undefined, '')],
  [
    'a wildcard of the listener only',
    aRoute(undefined),
    listeners('*.wild.local', 'a.local'),
    ok,
    '*.wild.local: wildcard',
  ],
  [
    'a route without hosts that no Gateway takes is seen',
    aRoute(undefined),
    [],
    'hostnames of its parents: not-attached',
  ],
  [
    'one that one of two Gateways takes is not',
    aRoute(undefined, { parentRefs: [...at('gone').parentRefs, ...at('web').parentRefs] }),
    listeners('a.local'),
    ok,
  ],
]

const two = { parentRefs: [...at('web').parentRefs, ...at('wide').parentRefs] }
const wide = (hostname?: string, value = '10.0.0.2') =>
  aGateway([http(hostname)], { name: 'wide', addresses: [{ value }] })

const several: readonly Row[] = [
  [
    'a host at both has the addresses of both',
    aRoute(['a.local'], two),
    [web, wide()],
    'a.local → 10.0.0.1 10.0.0.2',
  ],
  [
    'the same address counts once',
    aRoute(['a.local'], two),
    [web, wide(undefined, '10.0.0.1')],
    ok,
  ],
  [
    'a host has the addresses of those that serve it',
    aRoute(['a.local', 'b.local'], two),
    [aGateway([http('a.local')]), wide('b.local')],
    ok,
    'b.local → 10.0.0.2',
  ],
  ['one that takes it is enough', aRoute(['a.local'], two), [web], ok],
  [
    'hosts of listeners come together',
    aRoute(undefined, two),
    [aGateway([http('a.local')]), wide('b.local')],
    ok,
    'b.local → 10.0.0.2',
  ],
  [
    'two listeners of one Gateway',
    aRoute(['a.local', 'b.local'], {
      parentRefs: [
        ...at('web', { sectionName: 'a' }).parentRefs,
        ...at('web', { sectionName: 'b' }).parentRefs,
      ],
    }),
    [aGateway([http('a.local', { name: 'a' }), http('b.local', { name: 'b' })])],
    ok,
    'b.local → 10.0.0.1',
  ],
]

const listener = (protocol: string, hostname?: string) => [aGateway([http(hostname, { protocol })])]
const kindRows: readonly (readonly [kind: NameKind, protocol: string, isTaken: boolean])[] = [
  [httpRoute, 'HTTP', true],
  [httpRoute, 'HTTPS', true],
  [httpRoute, 'TLS', false],
  [httpRoute, 'TCP', false],
  [grpcRoute, 'HTTP', true],
  [grpcRoute, 'HTTPS', true],
  [grpcRoute, 'TLS', false],
  [tlsRoute, 'TLS', true],
  [tlsRoute, 'HTTPS', false],
  [tlsRoute, 'TCP', false],
]

const test = suite('a route')
const groups = { hosts, several }
for (const [group, rows] of Object.entries(groups)) {
  for (const [what, route, others, ...expected] of rows) {
    test(`${group}: ${what}`, () => assert.equal(outcome(httpRoute, route, others), expected))
  }
}

for (const [kind, protocol, isTaken] of kindRows) {
  test(`a ${kind.kind} is ${isTaken ? '' : 'not '}taken by a listener of ${protocol}`, () => {
    assert.equal(outcome(kind, aRoute(['a.local']), listener(protocol)), [isTaken ? ok : no])
  })
}

for (const [kind, protocol] of [
  [tcpRoute, 'TCP'],
  [udpRoute, 'UDP'],
] as const) {
  test(`a ${kind.kind} has no hosts of its own, and asks for none if nobody takes it`, () => {
    assert.equal(outcome(kind, aRoute(['a.local']), listener(protocol)), [])
    assert.equal(outcome(kind, aRoute(undefined), []), [])
  })
}

test('a TCPRoute has the host of a listener that ends TLS for it, a UDPRoute has not', () => {
  assert.equal(outcome(tcpRoute, aRoute(undefined), listener('TLS', 'a.local')), [ok])
  assert.equal(outcome(udpRoute, aRoute(undefined), listener('TLS', 'a.local')), [])
})

test('a listener of another protocol does not lend its host', () => {
  const both = aGateway([http('a.local'), http('b.local', { name: 'tls', protocol: 'TLS' })])
  assert.equal(outcome(tlsRoute, aRoute(undefined), [both]), ['b.local → 10.0.0.1'])
})

test('a host that is none is refused as that, wherever it attaches', () => {
  assert.equal(outcome(httpRoute, aRoute(['a_b.local']), listeners('a.local')), [
    'a_b.local: invalid-name',
  ])
})

test.run()
