import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ingress } from '../../../../functions/names/kinds/ingress.ts'
import { type AskSettings, targetSources } from '../../../../functions/names/kinds/kind.ts'
import { findAmong } from '../../../support/find-among.ts'

const isDefault = 'ingressclass.kubernetes.io/is-default-class'
const classed = (name: string, born?: string) => ({
  metadata: {
    name,
    annotations: { [isDefault]: born ? 'true' : 'false' },
    creationTimestamp: born,
  },
  spec: { controller: `example.com/${name}` },
})
const older = '2026-01-01T00:00:00Z'
const newer = '2026-02-01T00:00:00Z'

interface World {
  /** In the annotation of old. */
  readonly annotated?: string
  readonly spec?: object
  readonly classes?: readonly object[]
  readonly settings?: Partial<AskSettings>
}

/** `host → targets`; the controller of class `x` is at the name `x`. */
function outcome({ annotated, spec = {}, classes = [], settings }: World) {
  const names = ['a', 'b', 'c']
  const { find, asked } = findAmong({
    IngressClass: classes,
    Service: names.map((name) => ({
      metadata: { namespace: 'edge', name },
      spec: { externalIPs: [name] },
    })),
  })
  const services = names.flatMap((name) => {
    const at = { namespace: 'edge', name }
    return [[name, at] as const, [`example.com/${name}`, at] as const]
  })
  const targets = { order: targetSources, default: ['none'], controllers: new Map(services) }
  const annotations = annotated === undefined ? {} : { 'kubernetes.io/ingress.class': annotated }
  const object = ingress.schema.parse({
    metadata: { annotations },
    spec: { rules: [{ host: 'x.local' }], ...spec },
  })
  const { asks } = ingress.asks(object, {
    find,
    settings: { ttlSeconds: 30, targets, ...settings },
  })
  return {
    names: asks.map(({ host, targets }) => `${host} → ${targets.join(' ')}`),
    looked: asked.filter((each) => each.startsWith('IngressClass')),
  }
}

const only = (...ingressClasses: string[]) => ({ settings: { ingressClasses } })
const defaults = [classed('b', older), classed('c', newer), classed('a')]

const rows: readonly (readonly [what: string, world: World, ...names: string[]])[] = [
  ['of its spec', { spec: { ingressClassName: 'a' } }, 'x.local → a'],
  [
    'of its spec before the annotation',
    { spec: { ingressClassName: 'a' }, annotated: 'b' },
    'x.local → a',
  ],
  ['of its annotation', { annotated: 'b', classes: defaults }, 'x.local → b'],
  [
    'of its annotation if the spec’s is empty',
    { spec: { ingressClassName: '' }, annotated: 'b' },
    'x.local → b',
  ],
  ['the default', { classes: [classed('a'), classed('b', older)] }, 'x.local → b'],
  ['the youngest default', { classes: defaults }, 'x.local → c'],
  [
    'the first by name of defaults of one age',
    { classes: [classed('c', newer), classed('b', newer)] },
    'x.local → b',
  ],
  ['none', { classes: [classed('a')] }, 'x.local → none'],
  [
    'a filter lets its own class through',
    { spec: { ingressClassName: 'a' }, ...only('b', 'a') },
    'x.local → a',
  ],
  ['a filter drops others', { spec: { ingressClassName: 'a' }, ...only('b') }],
  [
    'a filter does not ask the annotation beside a spec',
    { spec: { ingressClassName: 'a' }, annotated: 'b', ...only('b') },
  ],
  ['a filter asks the annotation', { annotated: 'b', ...only('b') }, 'x.local → b'],
  ['a filter asks the default', { classes: defaults, ...only('c') }, 'x.local → c'],
  ['a filter drops those of another default', { classes: defaults, ...only('b') }],
  ['a filter drops those of none', only('b')],
  ['a filter of nothing is none', only(), 'x.local → none'],
]

const test = suite('the class of an Ingress')
for (const [what, world, ...expected] of rows) {
  test(what, () => assert.equal(outcome(world).names, expected))
}

test('is looked for among all only where none is named', () => {
  assert.equal(outcome({ annotated: 'a', classes: defaults, ...only('a') }).looked, [])
  assert.ok(outcome({ classes: defaults }).looked.includes('IngressClass *'))
})

const tls = [{ hosts: ['y.local', '*.local'] }]
const hosts: readonly (readonly [
  what: string,
  settings: Partial<AskSettings>,
  ...hosts: string[],
])[] = [
  ['of rules and tls', {}, 'x.local', 'y.local'],
  ['of tls', { ignoreIngressRules: true }, 'y.local'],
  ['of rules', { ignoreIngressTls: true }, 'x.local'],
  ['of neither', { ignoreIngressRules: true, ignoreIngressTls: true }],
]
for (const [what, settings, ...expected] of hosts) {
  test(`does not matter for hosts ${what}`, () =>
    assert.equal(
      outcome({ spec: { tls }, settings }).names,
      expected.map((host) => `${host} → none`),
    ))
}
test.run()
