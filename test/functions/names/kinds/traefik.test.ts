import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimsOf } from '../../../../functions/names/asking/ask.ts'
import { parseSelector, type Selector } from '../../../../functions/names/asking/selector.ts'
import { nameKinds } from '../../../../functions/names/kinds/index.ts'
import { type AskSettings, targetSources } from '../../../../functions/names/kinds/kind.ts'
import {
  ingressRoute,
  ingressRouteTcp,
  ingressRouteUdp,
} from '../../../../functions/names/kinds/traefik.ts'
import { findAmong } from '../../../support/find-among.ts'

const service = (name: string, ...externalIPs: string[]) => ({
  metadata: { namespace: 'edge', name },
  spec: { externalIPs },
})
const world = {
  Service: [service('traefik', '172.19.1.100'), service('inner', '10.0.0.2'), service('none')],
}
const controllers = new Map(
  ['traefik', 'inner', 'none'].map((name) => [name, { namespace: 'edge', name }]),
)

/** `host → targets` of what is claimed, `host: reason` of what is refused */
function outcome(object: unknown, kind = ingressRoute, changed: Partial<AskSettings> = {}) {
  const settings = {
    ttlSeconds: 30,
    targets: { order: targetSources, default: ['10.0.0.9'], controllers },
    ...changed,
  }
  const asked = kind.asks(kind.schema.parse(object), { settings, find: findAmong(world).find })
  const { claims, refused } = claimsOf(asked, settings)
  return [
    ...claims.map(({ host, targets, ttlSeconds }) =>
      [host, '→', ...targets, ...(ttlSeconds === 30 ? [] : [`${ttlSeconds} s`])].join(' '),
    ),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

const object = (annotations: object, spec: object) => ({ metadata: { annotations }, spec })
const routes = (...matches: (string | null | undefined)[]) =>
  object({}, { routes: matches.map((match) => ({ match, kind: 'Rule' })) })
const inClass = (spec: object, annotations: object = {}) =>
  object(annotations, { ...spec, routes: [{ match: 'Host(`a.local`)' }] })
const annotated = (annotations: object, ...matches: string[]) =>
  object(
    Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [
        `external-dns.kubernetes.io/${key}`,
        value,
      ]),
    ),
    { routes: matches.map((match) => ({ match })) },
  )
const oldClass = (name: string) => ({ 'kubernetes.io/ingress.class': name })

type Rows = readonly (readonly [what: string, object: unknown, ...outcome: string[]])[]

const rows: Rows = [
  ['an empty object asks for nothing', { metadata: {} }],
  ['an object of nulls asks for nothing', { spec: null, metadata: {} }],
  ['routes of null ask for nothing', object({}, { routes: null })],
  ['a route without a rule asks for nothing', routes(undefined, null)],
  [
    'the one of K2s',
    routes('Host(`k2s.cluster.local`) && PathPrefix(`/albums-linux1`)'),
    'k2s.cluster.local → 172.19.1.100',
  ],
  [
    'hosts of several routes, each once',
    routes('Host(`a.local`) && Path(`/x`)', 'Host(`b.local`)', 'Host(`A.local`)'),
    'a.local → 172.19.1.100',
    'b.local → 172.19.1.100',
  ],
  ['no host behind a !', routes('!Host(`a.local`) && Host(`b.local`)'), 'b.local → 172.19.1.100'],
  ['a rule without host asks for nothing', routes('PathPrefix(`/`)', 'Host(`*`)')],
  ['a wildcard is refused', routes('Host(`*.local`)'), '*.local: wildcard'],
  ['what is no name is refused', routes('Host(`a_b.local`)'), 'a_b.local: invalid-name'],
  ['an IDN is refused', routes('Host(`bücher.local`)'), 'bücher.local: invalid-name'],
  ['an address is none', routes('Host(`10.0.0.1`)', 'Host(`fd00::1`)')],
  [
    'rules that do not parse are refused by their place, the others hold',
    routes('Host(`a.local`', 'Host(`b.local`)', '', 'HostSNI(`c.local`)'),
    'b.local → 172.19.1.100',
    'spec.routes[0].match: malformed',
    'spec.routes[2].match: malformed',
    'spec.routes[3].match: malformed',
  ],
  [
    'a pattern alone is told',
    routes('HostRegexp(`^[a-z]+\\.local$`)', 'HostRegexp(`.+`)'),
    '^[a-z]+\\.local$: wildcard',
  ],
  ['a pattern of any host is not', routes('HostRegexp(`^.+$`)')],
  [
    'a pattern beside a host is not told',
    routes('Host(`a.local`) || HostRegexp(`^[a-z]+\\.local$`)'),
    'a.local → 172.19.1.100',
  ],
  [
    'a pattern beside a host in the annotation is not told',
    annotated({ hostname: 'a.local' }, 'HostRegexp(`^[a-z]+\\.local$`)'),
    'a.local → 172.19.1.100',
  ],
  [
    'annotations hold: hostname, target, ttl',
    annotated({ hostname: 'b.local', target: '10.0.0.5', ttl: '5m' }, 'Host(`a.local`)'),
    'a.local → 10.0.0.5 300 s',
    'b.local → 10.0.0.5 300 s',
  ],
  [
    'one that is left to another controller asks for nothing and is told nothing',
    annotated({ controller: 'another' }, 'Host(`a.local`)', 'Host(', 'HostRegexp(`a|b`)'),
  ],
  ['without a class the one called traefik', inClass({}), 'a.local → 172.19.1.100'],
  ['a class in the spec', inClass({ ingressClassName: 'inner' }), 'a.local → 10.0.0.2'],
  ['a class in the annotation of old', inClass({}, oldClass('inner')), 'a.local → 10.0.0.2'],
  [
    'the class in the spec before that',
    inClass({ ingressClassName: 'inner' }, oldClass('traefik')),
    'a.local → 10.0.0.2',
  ],
  [
    'an empty class in the spec before that',
    inClass({ ingressClassName: '' }, oldClass('inner')),
    'a.local → 172.19.1.100',
  ],
  [
    'a class of null in the spec is none',
    inClass({ ingressClassName: null }, oldClass('inner')),
    'a.local → 10.0.0.2',
  ],
  ['an empty annotation is none', inClass({}, oldClass('')), 'a.local → 172.19.1.100'],
  [
    'a class whose controller has no address leaves the default',
    inClass({ ingressClassName: 'none' }),
    'a.local → 10.0.0.9',
  ],
  [
    'an unknown class leaves the default',
    inClass({ ingressClassName: 'nobody' }),
    'a.local → 10.0.0.9',
  ],
]

const test = suite('an IngressRoute')
for (const [what, route, ...expected] of rows) {
  test(what, () => assert.equal(outcome(route), expected))
}

const tcp: Rows = [
  [
    'the server name',
    routes('HostSNI(`a.local`) && ClientIP(`10.0.0.0/8`)'),
    'a.local → 172.19.1.100',
  ],
  ['nothing for any server name', routes('HostSNI(`*`)')],
  [
    'the annotation for any server name',
    annotated({ hostname: 'a.local' }, 'HostSNI(`*`)'),
    'a.local → 172.19.1.100',
  ],
  ['no Host', routes('Host(`a.local`)'), 'spec.routes[0].match: malformed'],
  ['a pattern is told', routes('HostSNIRegexp(`^a|b$`)'), '^a|b$: wildcard'],
]
for (const [what, route, ...expected] of tcp) {
  test(`TCP: ${what}`, () => assert.equal(outcome(route, ingressRouteTcp), expected))
}

test('UDP: by annotation only', () => {
  const route = { services: [{ name: 'dns', port: 53 }] }
  assert.equal(outcome(object({}, { routes: [route] }), ingressRouteUdp), [])
  const named = { ...annotated({ hostname: 'a.local' }), spec: { routes: [route] } }
  assert.equal(outcome(named, ingressRouteUdp), ['a.local → 172.19.1.100'])
})

test('that a filter leaves out is not read', () => {
  const labelFilter = parseSelector('public=yes') as Selector // a right one
  assert.equal(outcome(routes('Host(`a.local`)', 'Host('), ingressRoute, { labelFilter }), [])
})

test('says where a rule is wrong, and what else it might be', () => {
  const settings = { ttlSeconds: 30, targets: { order: targetSources, default: [], controllers } }
  const { refused } = ingressRoute.asks(
    ingressRoute.schema.parse(routes('Host(`a.local`) PathPrefix(`/`)')),
    { settings, find: () => [] },
  )
  assert.equal(refused, [
    {
      host: 'spec.routes[0].match',
      reason: 'malformed',
      message: 'at character 17: expected &&, || or the end, found "PathPrefix"',
    },
  ])
})

test('lies where Traefik has it, and is watched', () => {
  const kinds = [ingressRoute, ingressRouteTcp, ingressRouteUdp]
  assert.equal(
    kinds.map(({ group, versions, resource }) => [group, ...versions, resource].join('/')),
    ['ingressroutes', 'ingressroutetcps', 'ingressrouteudps'].map(
      (resource) => `traefik.io/v1alpha1/${resource}`,
    ),
  )
  assert.ok(kinds.every((kind) => kind.isCustom && nameKinds.includes(kind)))
})

const junk: readonly (readonly [what: string, object: unknown])[] = [
  ['no object', 'route'],
  ['a spec that is a text', { metadata: {}, spec: 'x' }],
  ['routes that are no list', object({}, { routes: { match: 'x' } })],
  ['a route that is nothing', object({}, { routes: [null] })],
  ['a rule that is a list', object({}, { routes: [{ match: ['x'] }] })],
  ['a class that is a number', object({}, { ingressClassName: 1 })],
]
for (const [what, each] of junk) {
  test(`is none: ${what}`, () => assert.not(ingressRoute.schema.safeParse(each).success))
}

test.run()
