import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nameKinds } from '../../../functions/names/kinds/index.ts'
import { type Config, loadConfig } from '../../../runtime/config.ts'
import { kindsOn, settingsOf } from '../../../runtime/settings.ts'
import { thrownBy } from '../../support/outcome.ts'

const load = (flags: Readonly<Record<string, string>>, env = {}): Config =>
  loadConfig({ flags, env })
const kindNames = (config: Config) => kindsOn(config).map(({ kind }) => kind)

const test = suite('settings of sources')

const listed = nameKinds.filter(({ versions }) => versions.length > 0)

test('have every kind on but for those that must be asked for', () => {
  const kinds = kindNames(load({}))
  assert.ok(kinds.includes('Ingress'))
  assert.not(kinds.includes('Node'))
  assert.equal(
    kinds,
    listed.filter(({ offByDefault }) => !offByDefault).map(({ kind }) => kind),
  )
})

test('have the kinds on that are named', () => {
  for (const { kind } of listed) {
    assert.equal(kindNames(load({ 'sources.kinds': kind })), [kind])
  }
})

test('have the hosts file on where one is named', () => {
  const kinds = kindNames(load({ 'sources.kinds': 'Ingress', 'sources.hostsFile': '/etc/names' }))
  assert.equal(kinds, ['Ingress', 'HostsFile'])
})

test('read everything by default', () => {
  const { ttlSeconds, targets, annotationFilter, labelFilter, template, ...rest } = settingsOf(
    load({}),
  )
  assert.is(ttlSeconds, 30)
  assert.equal(targets, {
    order: ['annotation', 'status', 'controller', 'default'],
    default: [],
    controllers: new Map(),
  })
  assert.equal([annotationFilter, labelFilter, template], [undefined, undefined, undefined])
  assert.equal(rest.ingressClasses, [])
  assert.not(rest.combineTemplate || rest.ignoreHostnameAnnotation || rest.ignoreIngressRules)
  assert.not(rest.ignoreIngressTls || rest.publishInternalServices)
})

test('are as they were set', () => {
  const settings = settingsOf(
    load({
      'dns.ttlSeconds': '7',
      'sources.annotationFilter': 'a=b,c',
      'sources.labelFilter': 'd in (e,f)',
      'sources.ingressClasses': 'nginx, traefik',
      'sources.template': '{{.Name}}.cluster.local,{{.Name | replace "," "-"}}.x.local',
      'sources.combineTemplate': 'true',
      'sources.ignoreHostnameAnnotation': 'true',
      'sources.ignoreIngressRules': 'true',
      'sources.ignoreIngressTls': 'true',
      'sources.publishInternalServices': 'true',
      'targets.order': 'controller,default',
      'targets.default': '10.0.0.1,fd00::1',
      'targets.controllers': 'nginx=edge/proxy, k8s.io/ingress-nginx=edge/other',
    }),
  )
  assert.is(settings.ttlSeconds, 7)
  assert.is(settings.annotationFilter?.matches({ a: 'b', c: '' }), true)
  assert.is(settings.labelFilter?.matches({ d: 'f' }), true)
  assert.equal(settings.ingressClasses, ['nginx', 'traefik'])
  const object = { kind: 'Ingress', namespace: 'n', name: 'a,b' }
  assert.equal(settings.template?.hosts({ ...object, name: 'a' }), ['a.cluster.local', 'a.x.local'])
  assert.is(settings.combineTemplate, true)
  assert.is(settings.ignoreHostnameAnnotation, true)
  assert.is(settings.ignoreIngressRules, true)
  assert.is(settings.ignoreIngressTls, true)
  assert.is(settings.publishInternalServices, true)
  assert.equal(settings.targets, {
    order: ['controller', 'default'],
    default: ['10.0.0.1', 'fd00::1'],
    controllers: new Map([
      ['nginx', { namespace: 'edge', name: 'proxy' }],
      ['k8s.io/ingress-nginx', { namespace: 'edge', name: 'other' }],
    ]),
  })
})

test('are as the examples in docs/targets.md have them', () => {
  const config = path.join(mkdtempSync(path.join(tmpdir(), 'k2s-dns-sources-')), 'config.yaml')
  process.once('exit', () => rmSync(path.dirname(config), { recursive: true }))
  const [, ...examples] = readFileSync('docs/targets.md', 'utf8').split('```yaml\n')
  const read = examples.map((text) => {
    writeFileSync(config, text.slice(0, text.indexOf('```')))
    return loadConfig({ flags: { config }, env: {} })
  })
  assert.equal(
    read.map((each) => [each.targets.controllers.length, each.sources.ingressClasses]),
    [
      [2, []],
      [0, ['nginx', 'edge']],
    ],
  )
})

const wrong: readonly (readonly [key: string, value: string, ...words: string[]])[] = [
  ['sources.kinds', 'Ingress,Door', 'sources.kinds = "Ingress,Door"', '"Ingress"'],
  ['sources.kinds', '', 'sources.kinds = ""', 'name at least one'],
  ['sources.labelFilter', 'a>b', 'sources.labelFilter = "a>b"', '"a>b" is none of a, !a'],
  ['sources.annotationFilter', 'a b', 'sources.annotationFilter = "a b"', 'is none of'],
  ['sources.template', '{{.Spec}}', 'sources.template = "{{.Spec}}"', '{{.Spec}}: known are .Name'],
  ['sources.template', '{{.Name', 'without its counterpart'],
  ['sources.combineTemplate', 'perhaps', 'write true or false'],
  [
    'targets.order',
    'status,annotations',
    'targets.order',
    '"annotation"|"status"|"controller"|"default"',
  ],
  ['targets.order', '', 'name at least one'],
  ['targets.order', 'status,status', 'name each once'],
  ['targets.controllers', 'nginx', 'write it as class=namespace/name'],
  ['targets.controllers', 'nginx=edge', 'write it as class=namespace/name'],
  ['targets.controllers', 'a=b/c,=b/c', 'write it as class=namespace/name'],
  ['targets.controllers', 'nginx=edge/proxy/x', 'write it as class=namespace/name'],
  ['targets.controllers', 'a=b/c,a=b/d', 'name each class or controller once'],
  ['profile', 'k3s', 'profile = "k3s"', '"k2s"'],
]
for (const [key, value, ...words] of wrong) {
  test(`say what is wrong: --${key} "${value}"`, () => {
    const said = thrownBy(() => load({ [key]: value }))
    for (const word of ['GiveUp: ', key, ...words]) {
      assert.ok(said.includes(word), `«${word}» not in: ${said}`)
    }
  })
}
test.run()
