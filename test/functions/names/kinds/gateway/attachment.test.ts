import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import { aGateway, aNamespace, aRoute, http, outcome, type Raw } from './gateway-world.ts'

const web = aGateway([http()])
const at = (name: string, fields: object = {}) => ({
  parentRefs: [{ namespace: 'infra', name, ...fields }],
})
const ok = 'a.local → 10.0.0.1'
const no = 'a.local: not-attached'

type Row = readonly [what: string, route: unknown, others: readonly Raw[], ...outcome: string[]]

const parents: readonly Row[] = [
  ['a host has the addresses of its Gateway', aRoute(['a.local']), [web], ok],
  ['a Gateway that is not there', aRoute(['a.local']), [], no],
  ['one of another namespace', aRoute(['a.local'], { parentRefs: [{ name: 'web' }] }), [web], no],
  [
    "a parent without namespace lies in the route's own",
    aRoute(['a.local'], { parentRefs: [{ name: 'web' }] }),
    [aGateway([http()], { namespace: 'team' })],
    ok,
  ],
  ['a route without parents', aRoute(['a.local'], { parentRefs: [] }), [web], no],
  ['a route with parents of null', aRoute(['a.local'], { parentRefs: null }), [web], no],
  ['an object that says nothing asks for nothing', { metadata: {} }, [web]],
  ['an object of nulls asks for nothing', { metadata: {}, spec: null, status: null }, [web]],
  [
    'a route of a mesh asks for nothing',
    aRoute(undefined, { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] }),
    [web],
  ],
  [
    'a Server of Linkerd is no Gateway',
    aRoute(['a.local'], at('web', { group: 'policy.linkerd.io', kind: 'Server' })),
    [web],
    no,
  ],
  [
    'nor is a Gateway of Istio',
    aRoute(['a.local'], at('web', { group: 'networking.istio.io', kind: 'Gateway' })),
    [web],
    no,
  ],
  [
    'a parent that is said in full',
    aRoute(['a.local'], at('web', { group: 'gateway.networking.k8s.io', kind: 'Gateway' })),
    [web],
    ok,
  ],
  [
    'a listener by its name',
    aRoute(['a.local'], at('web', { sectionName: 'http' })),
    [aGateway([http('b.local', { name: 'other' }), http('*.local')])],
    ok,
  ],
  [
    'a name that no listener has',
    aRoute(['a.local'], at('web', { sectionName: 'tls' })),
    [web],
    no,
  ],
  ['a listener by its port', aRoute(['a.local'], at('web', { port: 80 })), [web], ok],
  ['a port that no listener has', aRoute(['a.local'], at('web', { port: 81 })), [web], no],
  [
    'name and port must be those of one listener',
    aRoute(['a.local'], at('web', { sectionName: 'http', port: 81 })),
    [aGateway([http(), http(undefined, { name: 'other', port: 81 })])],
    no,
  ],
  ['a Gateway without listeners', aRoute(['a.local']), [aGateway(undefined)], no],
]

const from = (namespaces: unknown) => [
  aGateway([http(undefined, { allowedRoutes: { namespaces } })]),
]
const selector = { matchExpressions: [{ key: 'dns', operator: 'In', values: ['yes'] }] }
const kinds = (...each: object[]) => [
  aGateway([http(undefined, { allowedRoutes: { namespaces: { from: 'All' }, kinds: each } })]),
]

const allowed: readonly Row[] = [
  ['from All', aRoute(['a.local']), from({ from: 'All' }), ok],
  ['from Same, of another namespace', aRoute(['a.local']), from({ from: 'Same' }), no],
  [
    'from Same, of the same',
    { ...aRoute(['a.local']), metadata: { namespace: 'infra', name: 'route' } },
    from({ from: 'Same' }),
    ok,
  ],
  ['nothing said is Same', aRoute(['a.local']), from(undefined), no],
  [
    'nothing said at all is Same',
    aRoute(['a.local']),
    [aGateway([http(undefined, { allowedRoutes: null })])],
    no,
  ],
  ['from None, which is not for routes', aRoute(['a.local']), from({ from: 'None' }), no],
  [
    'a Selector that the labels of the namespace match',
    aRoute(['a.local']),
    [...from({ from: 'Selector', selector }), aNamespace('team', { dns: 'yes' })],
    ok,
  ],
  [
    'a Selector that they do not match',
    aRoute(['a.local']),
    [...from({ from: 'Selector', selector }), aNamespace('team', { dns: 'no' })],
    no,
  ],
  [
    'labels of other namespaces do not count',
    aRoute(['a.local']),
    [...from({ from: 'Selector', selector }), aNamespace('infra', { dns: 'yes' })],
    no,
  ],
  [
    'an empty Selector takes all',
    aRoute(['a.local']),
    [...from({ from: 'Selector', selector: {} }), aNamespace('team', {})],
    ok,
  ],
  [
    'a Selector that is left out takes none',
    aRoute(['a.local']),
    [...from({ from: 'Selector' }), aNamespace('team', {})],
    no,
  ],
  ['no kinds are all', aRoute(['a.local']), kinds(), ok],
  ['its kind', aRoute(['a.local']), kinds({ kind: 'GRPCRoute' }, { kind: 'HTTPRoute' }), ok],
  [
    'its kind, of the empty group',
    aRoute(['a.local']),
    kinds({ group: '', kind: 'HTTPRoute' }),
    ok,
  ],
  ['other kinds', aRoute(['a.local']), kinds({ kind: 'GRPCRoute' }), no],
  [
    'its kind, of another group',
    aRoute(['a.local']),
    kinds({ group: 'policy.linkerd.io', kind: 'HTTPRoute' }),
    no,
  ],
]

const said = (status: string, fields: object = {}, ref: object = {}) => ({
  parentRef: { namespace: 'infra', name: 'web', ...ref },
  conditions: [
    { type: 'ResolvedRefs', status: 'False' },
    { type: 'Accepted', status, ...fields },
  ],
})
const judged = (...parents: object[]) => ({ ...aRoute(['a.local']), status: { parents } })
const inSection = (...parents: object[]) => ({
  ...aRoute(['a.local'], at('web', { sectionName: 'http' })),
  status: { parents },
})
const generation = (now: number, route: object) => ({
  ...route,
  metadata: { namespace: 'team', name: 'route', generation: now },
})

const status: readonly Row[] = [
  ['no status yet', judged(), [web], ok],
  ['accepted', judged(said('True')), [web], ok],
  ['not judged yet', judged(said('Unknown')), [web], ok],
  ['not accepted', judged(said('False')), [web], no],
  ['accepted, and yet no listener takes it', judged(said('True')), from({ from: 'Same' }), no],
  ['no condition at all', judged({ parentRef: { namespace: 'infra', name: 'web' } }), [web], ok],
  ['not accepted by another Gateway', judged(said('False', {}, { name: 'other' })), [web], ok],
  ['not accepted in another namespace', judged(said('False', {}, { namespace: 'x' })), [web], ok],
  [
    'not accepted by what is no Gateway',
    judged(said('False', {}, { group: 'networking.istio.io' })),
    [web],
    ok,
  ],
  [
    'not accepted at this listener',
    inSection(said('False', {}, { sectionName: 'http' })),
    [web],
    no,
  ],
  ['not accepted at another', inSection(said('False', {}, { sectionName: 'other' })), [web], ok],
  ['not accepted at a listener that is not told', inSection(said('False')), [web], no],
  ['not accepted at another port', judged(said('False', {}, { port: 81 })), [web], no],
  [
    'accepted at one listener of two',
    judged(said('False', {}, { sectionName: 'a' }), said('True', {}, { sectionName: 'http' })),
    [web],
    ok,
  ],
  [
    'not accepted as it was before its last change',
    generation(2, judged(said('False', { observedGeneration: 1 }))),
    [web],
    ok,
  ],
  [
    'not accepted as it is',
    generation(2, judged(said('False', { observedGeneration: 2 }))),
    [web],
    no,
  ],
]

const test = suite('where a route attaches')
const groups = { parents, allowed, status }
for (const [group, rows] of Object.entries(groups)) {
  for (const [what, route, others, ...expected] of rows) {
    test(`${group}: ${what}`, () => assert.equal(outcome(httpRoute, route, others), expected))
  }
}

test.run()
