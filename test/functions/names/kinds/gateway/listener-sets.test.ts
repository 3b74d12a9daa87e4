import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import {
  aGateway,
  aListenerSet,
  aNamespace,
  aRoute,
  http,
  outcome,
  type Raw,
} from './gateway-world.ts'

const route = (fields: object = {}) =>
  aRoute(undefined, { parentRefs: [{ kind: 'ListenerSet', name: 'more', ...fields }] })
const gateway = (namespaces?: object) =>
  aGateway([http('gateway.local')], { allowedListeners: namespaces && { namespaces } })
const set = (fields: object = {}) =>
  aListenerSet([http('a.local'), http('b.local', { name: 'b', port: 81 })], fields)
const all = gateway({ from: 'All' })
const under = (parentRef: object | null) =>
  set({ spec: { parentRef, listeners: [http('a.local')] } })
const said = (status: string) => [{ type: 'Accepted', status }]
const selector = { matchLabels: { dns: 'yes' } }

const [a, b] = ['a.local → 10.0.0.1', 'b.local → 10.0.0.1']
const no = 'hostnames of its parents: not-attached'

const rows: readonly (readonly [
  what: string,
  parentRef: object,
  others: readonly Raw[],
  ...outcome: (string | undefined)[],
])[] = [
  ['lends the hosts of its own listeners', {}, [all, set()], a, b],
  ['lends that of the listener that is named', { sectionName: 'b' }, [all, set()], b],
  ['lends that of the listener on the port', { port: 80 }, [all, set()], a],
  ['that is not there lends none', {}, [all], no],
  ['of another namespace is another one', { namespace: 'infra' }, [all, set()], no],
  ['whose Gateway is not there lends none', {}, [set()], no],
  ['is not let in by a Gateway that says nothing', {}, [gateway(), set()], no],
  ['is not let in from None', {}, [gateway({ from: 'None' }), set()], no],
  ['is not let in from Same', {}, [gateway({ from: 'Same' }), set()], no],
  [
    'is not let in by a Gateway beside it that says nothing',
    {},
    [aGateway([], { namespace: 'team' }), under({ name: 'web' })],
    no,
  ],
  [
    'is let in from Same if it lies beside its Gateway',
    {},
    [
      aGateway([], { namespace: 'team', allowedListeners: { namespaces: { from: 'Same' } } }),
      under({ name: 'web' }),
    ],
    a,
  ],
  [
    'is let in by the labels of its namespace',
    {},
    [gateway({ from: 'Selector', selector }), set(), aNamespace('team', { dns: 'yes' })],
    a,
    b,
  ],
  [
    'is not let in by others',
    {},
    [gateway({ from: 'Selector', selector }), set(), aNamespace('team', {})],
    no,
  ],
  ['without a parent lends none', {}, [all, under(null)], no],
  [
    'below what is no Gateway lends none',
    {},
    [all, under({ kind: 'Service', namespace: 'infra', name: 'web' })],
    no,
  ],
  [
    'below another ListenerSet lends none',
    {},
    [all, under({ kind: 'ListenerSet', namespace: 'infra', name: 'web' })],
    no,
  ],
  [
    'waiting for its controller lends',
    {},
    [all, set({ status: { conditions: said('Unknown') } })],
    a,
    b,
  ],
  [
    'that is not accepted lends none',
    {},
    [all, set({ status: { conditions: said('False') } })],
    no,
  ],
  [
    'lends nothing of a listener that is not accepted',
    {},
    [all, set({ status: { listeners: [{ name: 'http', conditions: said('False') }] } })],
    b,
  ],
  [
    'takes routes of its own namespace where it says nothing',
    {},
    [all, aListenerSet([http('a.local', { allowedRoutes: null })])],
    a,
  ],
  [
    'takes no others',
    { namespace: 'infra' },
    [
      gateway({ from: 'Same' }),
      {
        ...aListenerSet([http('a.local', { allowedRoutes: null })]),
        metadata: { namespace: 'infra', name: 'more' },
      },
    ],
    no,
  ],
]

const test = suite('a ListenerSet')
for (const [what, parentRef, others, ...expected] of rows) {
  test(what, () => assert.equal(outcome(httpRoute, route(parentRef), others), expected))
}
test.run()
