import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  aNode,
  at,
  ending,
  headless,
  inside,
  internally,
  named,
  outcome,
  outside,
  prefix,
  type Row,
  slice,
  starting,
  web,
} from './objects.ts'

const rows: readonly Row[] = [
  [
    'leads to its ready endpoints',
    web(headless),
    [slice([at(1), at(2)])],
    'web.example → 10.0.0.1, 10.0.0.2',
  ],
  ['without endpoints is refused', web(headless), [], 'web.example: no-target'],
  [
    'whose list of endpoints is null is refused',
    web(headless),
    [slice(null)],
    'web.example: no-target',
  ],
  [
    'leads to no endpoint that is not ready',
    web(headless),
    [slice([at(1, starting), at(2)])],
    'web.example → 10.0.0.2',
  ],
  [
    'takes an endpoint of which nothing is said for ready',
    web(headless),
    [slice([at(1, null), at(2, {})])],
    'web.example → 10.0.0.1, 10.0.0.2',
  ],
  [
    'takes a condition that is null for ready',
    web(headless),
    [slice([at(1, { ready: null })])],
    'web.example → 10.0.0.1',
  ],
  [
    'leads to no endpoint that ends while another is ready',
    web(headless),
    [slice([at(1, ending), at(2)])],
    'web.example → 10.0.0.2',
  ],
  [
    'leads to those that end but serve while none is ready',
    web(headless),
    [slice([at(1, ending), at(2, starting)])],
    'web.example → 10.0.0.1',
  ],
  [
    'takes an end without a word on serving for serving',
    web(headless),
    [slice([at(1, { ready: false, terminating: true })])],
    'web.example → 10.0.0.1',
  ],
  [
    'leads to none that ends and serves no more',
    web(headless),
    [slice([at(1, { ...ending, serving: false })])],
    'web.example: no-target',
  ],
  [
    'leads to none that serves but is not ready',
    web(headless),
    [slice([at(1, { ready: false, serving: true })])],
    'web.example: no-target',
  ],
  [
    'leads to all if it publishes those that are not ready',
    web({ ...headless, publishNotReadyAddresses: true }),
    [slice([at(1, starting), at(2, { ...ending, serving: false }), at(3)])],
    'web.example → 10.0.0.1, 10.0.0.2, 10.0.0.3',
  ],
  [
    'leads to endpoints of both families, an address once',
    web(headless),
    [
      slice([at(1), at(1)]),
      slice([at(1, {}, { addresses: ['fd00::1'] })], { addressType: 'IPv6' }),
    ],
    'web.example → 10.0.0.1, fd00::1',
  ],
  [
    'leads to one address of each endpoint',
    web(headless),
    [slice([at(1, {}, { addresses: ['10.0.0.7', '10.0.0.8'] })])],
    'web.example → 10.0.0.7',
  ],
  [
    'leads to no name of an endpoint',
    web(headless),
    [slice([at(1, {}, { addresses: ['db.example'] })], { addressType: 'FQDN' })],
    'web.example: no-target',
  ],
  [
    'has nothing of an endpoint without an address',
    web(headless),
    [slice([at(1, {}, { addresses: null, hostname: 'a' }), at(2)])],
    'web.example → 10.0.0.2',
  ],
  [
    'has nothing of another Service or namespace',
    web(headless),
    [slice([at(1)], { of: 'other' }), slice([at(2)], { namespace: 'blog' }), slice([at(3)])],
    'web.example → 10.0.0.3',
  ],
  [
    'has a name below for each endpoint with a hostname',
    web(headless),
    [slice([at(1, {}, { hostname: 'web-0' }), at(2, {}, { hostname: 'web-1' }), at(3)])],
    'web.example → 10.0.0.1, 10.0.0.2, 10.0.0.3',
    'web-0.web.example → 10.0.0.1',
    'web-1.web.example → 10.0.0.2',
  ],
  [
    'has both families at the name of an endpoint',
    web(headless),
    [
      slice([at(1, {}, { hostname: 'web-0' })]),
      slice([at(1, {}, { hostname: 'web-0', addresses: ['fd00::1'] })], { addressType: 'IPv6' }),
    ],
    'web.example → 10.0.0.1, fd00::1',
    'web-0.web.example → 10.0.0.1, fd00::1',
  ],
  [
    'has no name for an endpoint that is not ready',
    web(headless),
    [slice([at(1, starting, { hostname: 'web-0' }), at(2, {}, { hostname: 'web-1' })])],
    'web.example → 10.0.0.2',
    'web-1.web.example → 10.0.0.2',
  ],
  [
    'has the names of its endpoints below each of its own',
    web(headless, { hostname: 'a.example,b.example' }),
    [slice([at(1, {}, { hostname: 'web-0' })])],
    'a.example → 10.0.0.1',
    'web-0.a.example → 10.0.0.1',
    'b.example → 10.0.0.1',
    'web-0.b.example → 10.0.0.1',
  ],
  [
    'leads an internal name to its endpoints',
    web(headless, internally),
    [slice([at(1)])],
    'web.example → 10.0.0.1',
  ],
  [
    'leads where its annotation says, without names of endpoints',
    web(headless, named({ target: '10.9.9.9' })),
    [slice([at(1, {}, { hostname: 'web-0' })])],
    'web.example → 10.9.9.9',
  ],
  [
    'leads to the nodes of its endpoints, from outside',
    web(headless, named({ 'endpoints-type': 'NodeExternalIP' })),
    [slice([at(1, {}, { hostname: 'web-0' }), at(2), at(3)]), outside(1), inside(2)],
    'web.example → 203.0.113.1',
    'web-0.web.example → 203.0.113.1',
  ],
  [
    'leads to the nodes of its endpoints as Pods know them',
    web(headless, named({ 'endpoints-type': 'HostIP' })),
    [slice([at(1), at(2)]), outside(1), aNode(2, [['ExternalIP', '203.0.113.2']])],
    'web.example → 192.168.0.1, 203.0.113.2',
  ],
  [
    'leads to a node once, for all its endpoints',
    web(headless, named({ 'endpoints-type': 'HostIP' })),
    [slice([at(1), at(2, {}, { nodeName: 'node-1' })]), inside(1)],
    'web.example → 192.168.0.1',
  ],
  [
    'leads to a node that takes no new Pods, as it has one',
    web(headless, named({ 'endpoints-type': 'HostIP' })),
    [slice([at(1)]), inside(1, { unschedulable: true })],
    'web.example → 192.168.0.1',
  ],
  [
    'is refused if its endpoints are on no node',
    web(headless, named({ 'endpoints-type': 'NodeExternalIP' })),
    [slice([at(1, {}, { nodeName: null })]), outside(1)],
    'web.example: no-target',
  ],
  [
    'with a mistaken type of endpoints has their own addresses, and it is told',
    web(headless, named({ 'endpoints-type': 'NodeIP' })),
    [slice([at(1)])],
    'web.example → 10.0.0.1',
    `${prefix}endpoints-type: invalid-annotation`,
  ],
]

const test = suite('a headless Service')
for (const [what, object, others, ...expected] of rows) {
  test(what, () => assert.equal(outcome(object, others), expected))
}
test.run()
