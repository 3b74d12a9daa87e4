import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import { aGateway, aListenerSet, aRoute, http, judged, type Raw } from './gateway-world.ts'

const parent = (fields: object) => ({
  parentRefs: [{ namespace: 'infra', name: 'web', ...fields }],
})
const host = ['a.local']

const rows: readonly (readonly [
  what: string,
  route: unknown,
  others: readonly Raw[],
  message: string,
])[] = [
  ['no parents', aRoute(host, { parentRefs: null }), [], 'its parentRefs name no Gateway'],
  ['no Gateway', aRoute(host), [], 'Gateway infra/web does not exist'],
  [
    'another controller',
    aRoute(host),
    [aGateway([http()], { annotations: { 'external-dns.kubernetes.io/controller': 'other' } })],
    'Gateway infra/web is left to another controller by its annotation',
  ],
  [
    'no such listener',
    aRoute(host, parent({ sectionName: 'https', port: 443 })),
    [aGateway([http()])],
    'Gateway infra/web has no listener "https" on port 443',
  ],
  [
    'no listener that could serve it',
    aRoute(host, parent({ port: 80 })),
    [aGateway([http(undefined, { protocol: 'TCP' })])],
    'Gateway infra/web has no listener on port 80 of protocol HTTP or HTTPS, as HTTPRoute needs',
  ],
  [
    'none for its kind',
    aRoute(host),
    [aGateway([http(undefined, { allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } })])],
    'Gateway infra/web takes no HTTPRoute (allowedRoutes.kinds)',
  ],
  [
    'none for its namespace',
    aRoute(host),
    [aGateway([http(undefined, { allowedRoutes: null })])],
    'Gateway infra/web takes no routes of namespace team (allowedRoutes.namespaces)',
  ],
  [
    'what stopped the listener that came furthest',
    aRoute(host),
    [aGateway([http(undefined, { protocol: 'TCP' }), http(undefined, { allowedRoutes: null })])],
    'Gateway infra/web takes no routes of namespace team (allowedRoutes.namespaces)',
  ],
  [
    'no listener that serves the host',
    aRoute(host),
    [aGateway([http('b.local'), http('*.c.local'), http('b.local')])],
    'the listeners of Gateway infra/web that take it serve b.local, *.c.local only',
  ],
  [
    'what the controller says',
    {
      ...aRoute(host),
      status: {
        parents: [
          {
            parentRef: { namespace: 'infra', name: 'web' },
            conditions: [
              { type: 'Accepted', status: 'False', reason: 'Because', message: 'of\nthis' },
            ],
          },
        ],
      },
    },
    [aGateway([http()])],
    'Gateway infra/web has not accepted it: Because, of?this',
  ],
  [
    'every parent that does not take it',
    aRoute(host, {
      parentRefs: [
        { namespace: 'infra', name: 'web' },
        { namespace: 'infra', name: 'x' },
        { namespace: 'infra', name: 'x', sectionName: 'again' },
      ],
    }),
    [aGateway([http('b.local')])],
    'the listeners of Gateway infra/web that take it serve b.local only; Gateway infra/x does not exist',
  ],
  [
    'no ListenerSet',
    aRoute(host, parent({ kind: 'ListenerSet' })),
    [aGateway([http()])],
    'ListenerSet infra/web does not exist',
  ],
  [
    'no Gateway above',
    aRoute(host, { parentRefs: [{ kind: 'ListenerSet', name: 'more' }] }),
    [aListenerSet([http()])],
    'ListenerSet team/more has no parent: Gateway infra/web does not exist',
  ],
  [
    'a Gateway that takes no ListenerSet',
    aRoute(host, { parentRefs: [{ kind: 'ListenerSet', name: 'more' }] }),
    [aListenerSet([http()]), aGateway([http()])],
    'Gateway infra/web takes no ListenerSet of team (allowedListeners)',
  ],
  [
    'a wildcard of its own',
    aRoute(['*.local']),
    [aGateway([http()])],
    "CoreDNS's etcd plugin serves no wildcard: list the hosts",
  ],
  [
    'a wildcard that the listener lends',
    aRoute(undefined),
    [aGateway([http('*.local')])],
    "CoreDNS's etcd plugin serves no wildcard, and the route has it from a listener: " +
      'list its hosts in spec.hostnames or in the hostname annotation',
  ],
]

const test = suite('why a host is not had')
for (const [what, route, others, message] of rows) {
  test(what, () => {
    const { claims, refused } = judged(httpRoute, route, others)
    assert.equal(claims, [])
    assert.equal(
      refused.map((each) => each.message),
      [message],
    )
  })
}
test.run()
