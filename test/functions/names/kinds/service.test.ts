import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsOf } from '../../../../functions/names/asking/ask.ts'
import { parseTemplate } from '../../../../functions/names/asking/template.ts'
import { service } from '../../../../functions/names/kinds/service.ts'
import {
  ask,
  at,
  balanced,
  headless,
  http,
  inCluster,
  inside,
  internally,
  local,
  named,
  nodePort,
  outcome,
  type Row,
  reached,
  settings,
  slice,
  web,
} from './service/objects.ts'

const loadBalancers: readonly Row[] = [
  [
    'leads to its external addresses, whatever its status says',
    web({ ...balanced, externalIPs: ['172.19.1.100'] }, named({}), reached({ ip: '10.1.1.1' })),
    [],
    'web.example → 172.19.1.100',
  ],
  [
    'leads to what its status says, address and name',
    web(
      balanced,
      named({}),
      reached({ ip: '10.1.1.1', hostname: 'lb.example' }, { ip: 'fd00::1' }),
    ),
    [],
    'web.example → 10.1.1.1, lb.example, fd00::1',
  ],
  [
    'without an address yet is refused, and gets no default target',
    web(balanced),
    [],
    'web.example: no-target',
  ],
  [
    'leads an internal name into the cluster',
    web(
      { ...balanced, externalIPs: ['172.19.1.100'] },
      { hostname: 'web.example', 'internal-hostname': 'in.example' },
    ),
    [],
    'in.example → 172.21.0.5',
    'web.example → 172.19.1.100',
  ],
  [
    'leads a name that is both to both',
    web({ ...balanced, externalIPs: ['172.19.1.100'] }, named(internally)),
    [],
    'web.example → 172.19.1.100, 172.21.0.5',
  ],
  [
    'may have several names',
    web({ ...balanced, externalIPs: ['10.1.1.1'] }, { hostname: 'a.example, b.example' }),
    [],
    'a.example → 10.1.1.1',
    'b.example → 10.1.1.1',
  ],
  [
    'leads where its annotation says',
    web({ ...balanced, externalIPs: ['10.1.1.1'] }, named({ target: '10.9.9.9,10.9.9.8' })),
    [],
    'web.example → 10.9.9.9, 10.9.9.8',
  ],
  [
    'left to another controller asks for nothing',
    web(balanced, named({ controller: 'other' })),
    [],
  ],
]

const clusterAddressed: readonly Row[] = [
  [
    'is refused by its name, as only the cluster reaches it',
    web(inCluster),
    [],
    'web.example: no-target',
  ],
  [
    'is refused without a type, too',
    web({ clusterIP: '172.21.0.5' }),
    [],
    'web.example: no-target',
  ],
  [
    'leads an internal name to its address',
    web(inCluster, internally),
    [],
    'web.example → 172.21.0.5',
  ],
  [
    'leads to its addresses of both families',
    web({ ...inCluster, clusterIPs: ['172.21.0.5', 'fd00::5'] }, internally),
    [],
    'web.example → 172.21.0.5, fd00::5',
  ],
  [
    'has one address where there is no list',
    web({ clusterIP: '172.21.0.5' }, internally),
    [],
    'web.example → 172.21.0.5',
  ],
  [
    'without an address yet is refused',
    web({ clusterIP: '', clusterIPs: null }, internally),
    [],
    'web.example: no-target',
  ],
  [
    'leads where its annotation says',
    web(inCluster, named({ target: 'lb.example' })),
    [],
    'web.example → lb.example',
  ],
  ['without a spec is refused', { ...web({}), spec: null }, [], 'web.example: no-target'],
]

const external = { type: 'ExternalName', externalName: 'db.example.com' }
const externalNames: readonly Row[] = [
  ['leads to its external name', web(external), [], 'web.example → db.example.com'],
  [
    'leads to its external addresses first',
    web({ ...external, externalIPs: ['10.1.1.1'] }),
    [],
    'web.example → 10.1.1.1',
  ],
  [
    'without a name is refused',
    web({ type: 'ExternalName', externalIPs: [] }),
    [],
    'web.example: no-target',
  ],
  [
    'leads where its annotation says',
    web(external, named({ target: '10.9.9.9' })),
    [],
    'web.example → 10.9.9.9',
  ],
]

for (const [name, rows] of [
  ['a Service of type LoadBalancer', loadBalancers],
  ['a Service with an address in the cluster', clusterAddressed],
  ['a Service of type ExternalName', externalNames],
] as const) {
  const test = suite(name)
  for (const [what, object, others, ...expected] of rows) {
    test(what, () => assert.equal(outcome(object, others), expected))
  }
  test.run()
}

const test = suite('a Service')

for (const spec of [
  balanced,
  inCluster,
  headless,
  nodePort(http),
  { ...nodePort(http), ...local },
  external,
]) {
  const { type } = spec
  test(`${type} without a name asks for nothing, and looks nothing up`, () => {
    const { asks, refused, asked } = ask(web(spec, {}), [inside(1), slice([at(1)])])
    assert.equal([asks, refused, asked], [[], [], []])
  })
  test(`${type} that says its target looks nothing up`, () => {
    assert.equal(ask(web(spec, named({ target: '10.9.9.9' })), [inside(1)]).asked, [])
  })
}

test('looks up what decides, and no more', () => {
  const others = [inside(1), inside(2), slice([at(1), at(1)])]
  const slices = 'EndpointSlice shop/*'
  const hostIps = named({ 'endpoints-type': 'HostIP' })
  assert.equal(ask(web(balanced), others).asked, [])
  assert.equal(ask(web(inCluster, internally), others).asked, [])
  assert.equal(ask(web(headless), others).asked, [slices])
  assert.equal(ask(web(headless, hostIps), others).asked, [slices, 'Node node-1', 'Node node-1'])
  assert.equal(ask(web(nodePort()), others).asked, ['Node *'])
  assert.equal(ask(web({ ...nodePort(), ...local }), others).asked, [slices, 'Node node-1'])
})

test('of type NodePort claims all its names', () => {
  const { claims, refused } = claimsOf(ask(web(nodePort(http)), [inside(1)]), settings)
  assert.equal(
    claims.map(({ host, targets }) => [host, ...targets]),
    [
      ['web.example', '192.168.0.1'],
      ['_web._tcp.web.example', 'SRV 0 50 30080 web.example'],
      ['_http._tcp.web.example', 'SRV 0 50 30080 web.example'],
    ],
  )
  assert.equal(refused, [])
})

test('of type NodePort with a name that is none is refused it, once', () => {
  const object = web(nodePort(http), { hostname: 'a!.example' })
  const { claims, refused } = claimsOf(ask(object, [inside(1)]), settings)
  assert.equal(
    [claims, refused.map(({ host, reason }) => [host, reason])],
    [[], [['a!.example', 'invalid-name']]],
  )
})

test('gives its TTL to all its names', () => {
  const object = web(nodePort(http), named({ ttl: '2m' }))
  assert.equal(
    ask(object, [inside(1)]).asks.map(({ ttlSeconds }) => ttlSeconds),
    [120, 120, 120],
  )
})

test('of type ClusterIP is published where the settings say so', () => {
  assert.equal(outcome(web(inCluster), [], { publishInternalServices: true }), [
    'web.example → 172.21.0.5',
  ])
})

const template = parseTemplate('{{.Name}}.{{.Namespace}}.example')
if ('wrong' in template) throw new Error(template.wrong)

test('is named by a template, unless only the cluster reaches it', () => {
  const publishInternalServices = true
  assert.equal(outcome(web(headless, {}), [slice([at(1)])], { template }), [
    'web.shop.example → 10.0.0.1',
  ])
  assert.equal(outcome(web(balanced, {}), [], { template }), ['web.shop.example: no-target'])
  assert.equal(outcome(web(inCluster, {}), [], { template }), [])
  assert.equal(outcome(web(inCluster, {}), [], { template, publishInternalServices }), [
    'web.shop.example → 172.21.0.5',
  ])
})

test('is not named by annotations where those are not read', () => {
  const annotations = named({ 'internal-hostname': 'in.example' })
  assert.equal(outcome(web(inCluster, annotations), [], { ignoreHostnameAnnotation: true }), [])
})

test('leads where it leads if no annotation may say where', () => {
  const targets = { ...settings.targets, order: ['status'] as const }
  const object = web(external, named({ target: '10.9.9.9' }))
  assert.equal(outcome(object, [], { targets }), ['web.example → db.example.com'])
})

test('is told why it leads nowhere', () => {
  const why = (...given: Parameters<typeof ask>) =>
    ask(...given).refused.map(({ message }) => message)
  assert.match(why(web(inCluster))[0] ?? '', /internal-hostname.*publishInternalServices/)
  assert.equal(why(web(headless)), ['no endpoint is ready'])
  assert.equal(why(web(nodePort(), named({ access: 'public' })), [inside(1)]), [
    'no schedulable node has a public address',
  ])
  assert.equal(why(web({ ...nodePort(), ...local })), [
    'no schedulable node with a ready endpoint has an address',
  ])
})

test('with a name that can’t be shown is refused by one that can', () => {
  assert.equal(outcome(web(headless, { hostname: 'a\x1b.example' })), ['a?.example: no-target'])
})

for (const [what, spec] of [
  ['a spec that is a text', 'x'],
  ['a type that is a number', { type: 1 }],
  ['cluster addresses that are a text', { clusterIPs: '10.0.0.1' }],
  ['a port that is a text', { ports: ['http'] }],
] as const) {
  test(`is none: ${what}`, () =>
    assert.not(service.schema.safeParse({ metadata: {}, spec }).success))
}

test.run()
