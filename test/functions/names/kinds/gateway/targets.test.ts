import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gateway } from '../../../../../functions/names/kinds/gateway.ts'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import type { TargetSource } from '../../../../../functions/names/kinds/kind.ts'
import {
  aGateway,
  aListenerSet,
  aRoute,
  aService,
  findIn,
  http,
  outcome,
  type Raw,
  settings,
} from './gateway-world.ts'

const prefix = 'external-dns.kubernetes.io/'
const target = (text: string) => ({ [`${prefix}target`]: text })
const label = (name: string) => ({ 'gateway.networking.k8s.io/gateway-name': name })
const web = aGateway([http()])
const without = (fields: object = {}) => aGateway([http()], { addresses: [], ...fields })
const aClass = (name: string, controllerName: string): Raw => ({
  kind: 'GatewayClass',
  metadata: { name },
  spec: { controllerName },
})
const dataPlane = aService({ namespace: 'infra', name: 'web-other' }, '10.0.0.5', label('web'))
const nginx = aService({ namespace: 'ingress', name: 'nginx' }, '10.0.0.6')
const traefik = aService({ namespace: 'traefik', name: 'traefik' }, '10.0.0.7')
const annotated = (annotations: object) => ({
  ...aRoute(['a.local']),
  metadata: { namespace: 'team', name: 'route', annotations },
})
const inSet = aRoute(['a.local'], {
  parentRefs: [{ kind: 'ListenerSet', namespace: 'team', name: 'more' }],
})
const definedOnly = { [`${prefix}gateway-hostname-source`]: 'defined-hosts-only' }
const fallback = 'a.local → 10.0.0.99'

const rows: readonly (readonly [
  what: string,
  route: unknown,
  others: readonly Raw[],
  ...outcome: string[],
])[] = [
  [
    'all addresses of the status',
    aRoute(['a.local']),
    [without({ addresses: [{ type: 'IPAddress', value: '10.0.0.1' }, { value: 'fd00::1' }] })],
    'a.local → 10.0.0.1 fd00::1',
  ],
  [
    'a name in the status',
    aRoute(['a.local']),
    [without({ addresses: [{ type: 'Hostname', value: 'lb.example.com' }] })],
    'a.local → lb.example.com',
  ],
  [
    'an address of a type that only the controller knows',
    aRoute(['a.local']),
    [without({ addresses: [{ type: 'NamedAddress', value: 'my-address' }] })],
    fallback,
  ],
  ['no status leaves the default', aRoute(['a.local']), [{ ...web, status: null }], fallback],
  [
    'the annotation of the Gateway',
    aRoute(['a.local']),
    [aGateway([http()], { annotations: target('10.0.0.3, 10.0.0.2') })],
    'a.local → 10.0.0.2 10.0.0.3',
  ],
  [
    "the Gateway's annotation goes before the route's",
    annotated(target('10.0.0.4')),
    [aGateway([http()], { annotations: target('10.0.0.3') })],
    'a.local → 10.0.0.3',
  ],
  ["the route's own annotation", annotated(target('10.0.0.4')), [web], 'a.local → 10.0.0.4'],
  [
    'the annotation of a ListenerSet goes before that of its Gateway',
    inSet,
    [
      without({
        annotations: target('10.0.0.3'),
        allowedListeners: { namespaces: { from: 'All' } },
      }),
      aListenerSet([http()], {
        metadata: { namespace: 'team', name: 'more', annotations: target('10.0.0.4') },
      }),
    ],
    'a.local → 10.0.0.4',
  ],
  [
    'a ListenerSet without one has that of its Gateway',
    inSet,
    [
      without({
        annotations: target('10.0.0.3'),
        allowedListeners: { namespaces: { from: 'All' } },
      }),
      aListenerSet([http()]),
    ],
    'a.local → 10.0.0.3',
  ],
  [
    'a Gateway left to another controller is none',
    aRoute(['a.local']),
    [aGateway([http()], { annotations: { [`${prefix}controller`]: 'other' } })],
    'a.local: not-attached',
  ],
  [
    'a route left to another controller asks for nothing, attached or not',
    annotated({ [`${prefix}controller`]: 'other' }),
    [],
  ],
  [
    'the Service of its data plane, by label',
    aRoute(['a.local']),
    [without(), dataPlane],
    'a.local → 10.0.0.5',
  ],
  [
    'that of another Gateway does not count',
    aRoute(['a.local']),
    [without(), aService({ namespace: 'infra', name: 'x' }, '10.0.0.5', label('x'))],
    fallback,
  ],
  [
    'nor one of another namespace',
    aRoute(['a.local']),
    [without(), aService({ namespace: 'team', name: 'x' }, '10.0.0.5', label('web'))],
    fallback,
  ],
  [
    'the Service that is configured for its class',
    aRoute(['a.local']),
    [without({ class: 'nginx' }), nginx],
    'a.local → 10.0.0.6',
  ],
  [
    'what is configured goes before the controller that the class names',
    aRoute(['a.local']),
    [without({ class: 'nginx' }), nginx, traefik, aClass('nginx', 'traefik.io/gateway-controller')],
    'a.local → 10.0.0.6',
  ],
  [
    'its own data plane goes before that of its class',
    aRoute(['a.local']),
    [without({ class: 'nginx' }), nginx, dataPlane],
    'a.local → 10.0.0.5',
  ],
  [
    'a data plane that has no address yet is not that of its class',
    aRoute(['a.local']),
    [without({ class: 'nginx' }), nginx, { ...dataPlane, spec: {} }],
    fallback,
  ],
  [
    'the usual Service of the controller that its class names',
    aRoute(['a.local']),
    [without(), traefik, aClass('other', 'traefik.io/gateway-controller')],
    'a.local → 10.0.0.7',
  ],
  [
    'a class without object is known by its name',
    aRoute(['a.local']),
    [without({ class: 'traefik' }), traefik],
    'a.local → 10.0.0.7',
  ],
  [
    'a class of another controller is not, whatever its name',
    aRoute(['a.local']),
    [without({ class: 'traefik' }), traefik, aClass('traefik', 'example.com/other')],
    fallback,
  ],
  [
    'a host of the annotation must be one that a listener serves',
    annotated({ [`${prefix}hostname`]: 'b.local,c.other' }),
    [aGateway([http('*.local')])],
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.1',
    'c.other: not-attached',
  ],
  [
    "annotation-only leaves out the route's hosts",
    annotated({
      [`${prefix}hostname`]: 'b.local',
      [`${prefix}gateway-hostname-source`]: 'annotation-only',
    }),
    [web],
    'b.local → 10.0.0.1',
  ],
  [
    "defined-hosts-only leaves out the listeners' hosts too",
    { ...aRoute(undefined), metadata: annotated(definedOnly).metadata },
    [aGateway([http('a.local')])],
  ],
  [
    'so that it asks for nothing of a Gateway that does not take it',
    { ...aRoute(undefined), metadata: annotated(definedOnly).metadata },
    [],
  ],
]

const test = suite('the targets of a route')
for (const [what, route, others, ...expected] of rows) {
  test(what, () => assert.equal(outcome(httpRoute, route, others), expected))
}

const asGateway: readonly (readonly [what: string, object: Raw, ...outcome: string[]])[] = [
  ['asks for none of its listeners', aGateway([http('a.local')])],
  [
    'asks for the names of its annotation',
    aGateway([http('a.local')], { annotations: { [`${prefix}hostname`]: 'gate.local' } }),
    'gate.local → 10.0.0.1',
  ],
  [
    'has its own target',
    aGateway([], { annotations: { ...target('10.0.0.3'), [`${prefix}hostname`]: 'gate.local' } }),
    'gate.local → 10.0.0.3',
  ],
]
for (const [what, object, ...expected] of asGateway) {
  test(`a Gateway ${what}`, () => assert.equal(outcome(gateway, object, []), expected))
}

test('each Gateway of a route is looked at by itself, in the order that is set', () => {
  const order: TargetSource[] = ['annotation', 'controller', 'default', 'status']
  const both = aRoute(['a.local'], {
    parentRefs: [
      { namespace: 'infra', name: 'web' },
      { namespace: 'infra', name: 'wide' },
    ],
  })
  const others = [web, aGateway([http()], { name: 'wide' }), dataPlane]
  assert.equal(
    outcome(httpRoute, both, others, { ...settings, targets: { ...settings.targets, order } }),
    ['a.local → 10.0.0.5 10.0.0.99'],
  )
})

test('asks narrowly for other objects, and only for those that decide', () => {
  const asked: string[] = []
  const route = httpRoute.schema.parse(aRoute(['a.local', 'b.local']))
  httpRoute.asks(route, { settings, find: findIn([web], asked) })
  assert.equal(asked, ['Gateway infra/web'])
  asked.length = 0
  httpRoute.asks(route, { settings, find: findIn([without()], asked) })
  assert.equal(asked, [
    'Gateway infra/web',
    'Service infra/gateway.networking.k8s.io/gateway-name=web',
    'GatewayClass */other',
  ])
})

test.run()
