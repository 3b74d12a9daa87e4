import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, claimsOf, type Stated } from '../../../../functions/names/asking/ask.ts'
import { parseSelector, type Selector } from '../../../../functions/names/asking/selector.ts'
import { parseTemplate, type Template } from '../../../../functions/names/asking/template.ts'
import { type AskSettings, targetSources } from '../../../../functions/names/kinds/kind.ts'

const selector = (text: string) => parseSelector(text) as Selector // a right one
const template = (text: string) => parseTemplate(text) as Template // a right one

interface World {
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly hosts?: readonly string[]
  readonly status?: readonly string[]
  readonly controller?: readonly string[]
  /** Targets that the kind takes from the annotation of another object. */
  readonly annotation?: readonly string[]
  readonly settings?: Partial<AskSettings>
  readonly targets?: Partial<AskSettings['targets']>
}

function settingsOf({ settings, targets }: World): AskSettings {
  const defaults = { order: targetSources, default: ['10.0.0.9'], controllers: new Map() }
  return { ttlSeconds: 30, targets: { ...defaults, ...targets }, ...settings }
}

/** `host → targets` of what is claimed, with the TTL if it is another than 30 s; `host: reason` of what is refused */
function outcome(world: World): string[] {
  const { labels, hosts = [], status = [], controller = [], annotation } = world
  const annotations = Object.fromEntries(
    Object.entries(world.annotations ?? {}).map(([key, value]) => [
      key.includes('/') ? key : `external-dns.kubernetes.io/${key}`,
      value,
    ]),
  )
  const stated: Stated = {
    hosts,
    targets: {
      status: () => status,
      controller: () => controller,
      ...(annotation && { annotation: () => annotation }),
    },
  }
  const settings = settingsOf(world)
  const context = { settings, find: () => [], kind: 'Ingress' }
  const metadata = { namespace: 'shop', name: 'web', labels, annotations }
  const { claims, refused } = claimsOf(ask({ metadata }, stated, context), settings)
  return [
    ...claims.map(
      ({ host, targets, ttlSeconds }) =>
        `${host} → ${targets.join(' ')}${ttlSeconds === 30 ? '' : ` ${ttlSeconds} s`}`,
    ),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

type Row = readonly [what: string, world: World, ...outcome: string[]]
const one = { hosts: ['a.local'] }
const both = { ...one, annotations: { hostname: 'b.local' } }
const from = (source: string, key = 'ingress-hostname-source') => ({
  ...one,
  annotations: { hostname: 'b.local', [key]: source },
})

const hosts: readonly Row[] = [
  ['nothing', {}],
  ['that it states', one, 'a.local → 10.0.0.9'],
  [
    'of the annotation',
    { annotations: { hostname: 'b.local,c.local.' } },
    'b.local → 10.0.0.9',
    'c.local → 10.0.0.9',
  ],
  ['of both', both, 'a.local → 10.0.0.9', 'b.local → 10.0.0.9'],
  [
    'of both, once if it is the same',
    { ...one, annotations: { hostname: 'A.local' } },
    'a.local → 10.0.0.9',
  ],
  ['of the annotation only', from('annotation-only'), 'b.local → 10.0.0.9'],
  ['of its own only', from('defined-hosts-only'), 'a.local → 10.0.0.9'],
  [
    'of a route’s own only',
    from('defined-hosts-only', 'gateway-hostname-source'),
    'a.local → 10.0.0.9',
  ],
  [
    'of both if the source is mistaken, and that is told',
    from('foo'),
    'a.local → 10.0.0.9',
    'b.local → 10.0.0.9',
    'external-dns.kubernetes.io/ingress-hostname-source: invalid-annotation',
  ],
  [
    'a wildcard in the annotation is refused',
    { annotations: { hostname: '*.local' } },
    '*.local: wildcard',
  ],
  [
    'not of the annotation if that is set',
    { ...both, settings: { ignoreHostnameAnnotation: true } },
    'a.local → 10.0.0.9',
  ],
  [
    'none if the annotation only counts and does not count',
    { ...from('annotation-only'), settings: { ignoreHostnameAnnotation: true } },
  ],
  [
    'a mistake is told of an object without hosts',
    { annotations: { ttl: 'x' } },
    'external-dns.kubernetes.io/ttl: invalid-annotation',
  ],
]

const named = { template: template('{{.Name}}.{{.Namespace}}.{{.Kind}}.local') }
const templates: readonly Row[] = [
  ['for an object without hosts', { settings: named }, 'web.shop.ingress.local → 10.0.0.9'],
  ['not for one that states any', { ...one, settings: named }, 'a.local → 10.0.0.9'],
  [
    'not for one with an annotation',
    { annotations: { hostname: 'b.local' }, settings: named },
    'b.local → 10.0.0.9',
  ],
  [
    'for one whose hosts do not count',
    { ...one, annotations: { 'ingress-hostname-source': 'annotation-only' }, settings: named },
    'web.shop.ingress.local → 10.0.0.9',
  ],
  [
    'for each, if it is combined',
    { ...one, settings: { ...named, combineTemplate: true } },
    'a.local → 10.0.0.9',
    'web.shop.ingress.local → 10.0.0.9',
  ],
  [
    'combined with nothing there is none',
    { ...one, settings: { combineTemplate: true } },
    'a.local → 10.0.0.9',
  ],
  [
    'of labels and annotations',
    {
      labels: { a: 'x' },
      annotations: { 'example.com/b': 'y' },
      settings: { template: template('{{.Labels.a}}.{{index .Annotations "example.com/b"}}') },
    },
    'x.y → 10.0.0.9',
  ],
  ['none where it lacks the label', { settings: { template: template('{{.Labels.a}}.local') } }],
  [
    'what makes no name is refused',
    { settings: { template: template('{{.Name}}..local') } },
    'web..local: invalid-name',
  ],
]

const all = { ...one, status: ['10.0.0.1'], controller: ['10.0.0.2'] }
const target = { annotations: { target: '10.0.0.3,lb.local' } }
const targets: readonly Row[] = [
  ['of the annotation first', { ...all, ...target }, 'a.local → 10.0.0.3'],
  ['of the status then', all, 'a.local → 10.0.0.1'],
  ['of the controller then', { ...all, status: [] }, 'a.local → 10.0.0.2'],
  ['of the settings at last', one, 'a.local → 10.0.0.9'],
  ['none is refused', { ...one, targets: { default: [] } }, 'a.local: no-target'],
  [
    'in another order',
    { ...all, ...target, targets: { order: ['controller', 'annotation', 'status'] } },
    'a.local → 10.0.0.2',
  ],
  [
    'in K2s’s order: a default before the status',
    {
      ...all,
      controller: [],
      targets: { order: ['annotation', 'controller', 'default', 'status'] },
    },
    'a.local → 10.0.0.9',
  ],
  [
    'only of those that are named',
    { ...one, controller: ['10.0.0.2'], targets: { order: ['status'] } },
    'a.local: no-target',
  ],
  [
    'for names of all kinds',
    { ...both, annotations: { ...both.annotations, ...target.annotations } },
    'a.local → 10.0.0.3',
    'b.local → 10.0.0.3',
  ],
  ['a name', { ...one, annotations: { target: 'LB.example.com.' } }, 'a.local → lb.example.com'],
  [
    'of both families',
    { ...one, annotations: { target: 'fd00::1, 10.0.0.3' } },
    'a.local → 10.0.0.3 fd00::1',
  ],
  ['an empty annotation is none', { ...all, annotations: { target: '' } }, 'a.local → 10.0.0.1'],
  [
    'a mistaken annotation is refused',
    { ...all, annotations: { target: '10.0.0.300' } },
    'a.local: invalid-target',
  ],
  [
    'of another object’s annotation, if the kind says so',
    { ...all, ...target, annotation: ['10.0.0.4'] },
    'a.local → 10.0.0.4',
  ],
]

const ttls: readonly Row[] = [
  ['of the annotation', { ...one, annotations: { ttl: '5m' } }, 'a.local → 10.0.0.9 300 s'],
  [
    'of the settings, if that is mistaken',
    { ...one, annotations: { ttl: 'abc' } },
    'a.local → 10.0.0.9',
    'external-dns.kubernetes.io/ttl: invalid-annotation',
  ],
]

const filters: readonly Row[] = [
  [
    'its controller is us',
    { ...one, annotations: { controller: 'dns-controller' } },
    'a.local → 10.0.0.9',
  ],
  ['its controller is another', { ...one, annotations: { controller: 'x', ttl: 'x' } }],
  [
    'its controller was another’s',
    { ...one, annotations: { 'external-dns.alpha.kubernetes.io/controller': 'x' } },
  ],
  [
    'its labels match',
    { ...one, labels: { a: 'b' }, settings: { labelFilter: selector('a=b') } },
    'a.local → 10.0.0.9',
  ],
  ['its labels do not', { ...one, labels: { a: 'c' }, settings: { labelFilter: selector('a=b') } }],
  ['it has none', { ...one, settings: { labelFilter: selector('a=b') } }],
  [
    'its annotations match',
    {
      ...one,
      annotations: { 'example.com/a': 'b' },
      settings: { annotationFilter: selector('example.com/a=b') },
    },
    'a.local → 10.0.0.9',
  ],
  [
    'its labels are no annotations',
    { ...one, labels: { a: 'b' }, settings: { annotationFilter: selector('a=b') } },
  ],
  [
    'one of two filters does not match',
    {
      ...one,
      labels: { a: 'b' },
      settings: { labelFilter: selector('a'), annotationFilter: selector('a') },
    },
  ],
  [
    'the template does not come round a filter',
    { settings: { ...named, labelFilter: selector('a') } },
  ],
]

for (const [name, rows] of Object.entries({ hosts, templates, targets, ttls, filters })) {
  const test = suite(`what all kinds ask for, ${name}`)
  for (const [what, world, ...expected] of rows) {
    test(what, () => assert.equal(outcome(world), expected))
  }
  test.run()
}

const laziness = suite('what all kinds ask for')
laziness('looks for targets no further than needed', () => {
  const asked: string[] = []
  const source =
    (name: string, ...found: string[]) =>
    () => {
      asked.push(name)
      return found
    }
  const stated = (hosts: string[]) => ({
    hosts,
    targets: { status: source('status', '10.0.0.1'), controller: source('controller') },
  })
  const context = { settings: settingsOf({}), find: () => [] }
  const metadata = { namespace: 'shop', name: 'web' }
  ask({ metadata }, stated(['a.local', 'b.local']), context)
  assert.equal(asked, ['status'])
  ask({ metadata }, stated([]), context)
  assert.equal(asked, ['status'])
})
laziness.run()
