import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  addressesOfController,
  controllerAddresses,
  usualServices,
} from '../../../../functions/names/asking/controller.ts'
import { type ServiceName, targetSources } from '../../../../functions/names/kinds/kind.ts'
import { findAmong } from '../../../support/find-among.ts'

const named = (text: string) => {
  const [namespace = '', name = ''] = text.split('/')
  return { namespace, name }
}
const external = (at: string, ...externalIPs: string[]) => ({
  metadata: named(at),
  spec: { externalIPs },
})
const balanced = (at: string, ip: string) => ({
  metadata: named(at),
  status: { loadBalancer: { ingress: [{ ip }] } },
})
const classed = (name: string, controller?: string) => ({
  metadata: { name },
  spec: { controller },
})

interface World {
  readonly of?: string | undefined
  readonly configured?: Readonly<Record<string, string>>
  readonly classes?: readonly object[]
  readonly services?: readonly object[]
}

/** The addresses, and what was looked for. */
function outcome({ of, configured = {}, classes = [], services = [] }: World) {
  const { find, asked } = findAmong({ IngressClass: classes, Service: services })
  const controllers = new Map<string, ServiceName>(
    Object.entries(configured).map(([key, at]) => [key, named(at)]),
  )
  const targets = { order: targetSources, default: [], controllers }
  const found = controllerAddresses(of, { find, settings: { ttlSeconds: 30, targets } })
  return [found.join(' '), ...asked]
}

const k2sNginx = external('ingress-nginx/ingress-nginx-controller', '172.19.1.100')
const k2sTraefik = external('ingress-traefik/traefik', '172.19.1.100')
const lookup = {
  nginx: 'Service ingress-nginx/ingress-nginx-controller',
  k2sTraefik: 'Service ingress-traefik/traefik',
  traefik: 'Service traefik/traefik',
  k3sTraefik: 'Service kube-system/traefik',
}

const rows: readonly (readonly [
  what: string,
  world: World,
  addresses: string,
  ...asked: string[],
])[] = [
  ['no class', {}, ''],
  ['an empty class', { of: '' }, ''],
  ['a class that nobody knows', { of: 'x' }, '', 'IngressClass x'],
  [
    'nginx by its name',
    { of: 'nginx', services: [k2sNginx] },
    '172.19.1.100',
    'IngressClass nginx',
    lookup.nginx,
  ],
  [
    'nginx by its class’s controller',
    { of: 'nginx', classes: [classed('nginx', 'k8s.io/ingress-nginx')], services: [k2sNginx] },
    '172.19.1.100',
    'IngressClass nginx',
    lookup.nginx,
  ],
  [
    'a renamed class',
    {
      of: 'web',
      classes: [classed('web', 'traefik.io/ingress-controller')],
      services: [k2sTraefik],
    },
    '172.19.1.100',
    'IngressClass web',
    lookup.k2sTraefik,
  ],
  [
    'a class called nginx of another controller',
    { of: 'nginx', classes: [classed('nginx', 'example.com/other')], services: [k2sNginx] },
    '',
    'IngressClass nginx',
  ],
  [
    'a class without controller',
    { of: 'nginx', classes: [classed('nginx')], services: [k2sNginx] },
    '',
    'IngressClass nginx',
  ],
  [
    'traefik as K2s has it',
    { of: 'traefik', services: [k2sTraefik, external('traefik/traefik', '10.0.0.1')] },
    '172.19.1.100',
    'IngressClass traefik',
    lookup.k2sTraefik,
  ],
  [
    'traefik of its chart, without the others',
    { of: 'traefik', services: [balanced('traefik/traefik', '10.0.0.1')] },
    '10.0.0.1',
    'IngressClass traefik',
    lookup.k2sTraefik,
    lookup.traefik,
  ],
  [
    'traefik of K3s, after one without address',
    {
      of: 'traefik',
      services: [external('ingress-traefik/traefik'), balanced('kube-system/traefik', '10.0.0.1')],
    },
    '10.0.0.1',
    'IngressClass traefik',
    lookup.k2sTraefik,
    lookup.traefik,
    lookup.k3sTraefik,
  ],
  [
    'a Service that is configured for the class, whoever controls it',
    {
      of: 'nginx',
      configured: { nginx: 'edge/proxy', 'k8s.io/ingress-nginx': 'x/x' },
      classes: [classed('nginx', 'k8s.io/ingress-nginx')],
      services: [k2sNginx, external('edge/proxy', '10.0.0.7', 'fd00::7')],
    },
    '10.0.0.7 fd00::7',
    'Service edge/proxy',
  ],
  [
    'a Service that is configured for the controller',
    {
      of: 'web',
      configured: { 'k8s.io/ingress-nginx': 'edge/proxy' },
      classes: [classed('web', 'k8s.io/ingress-nginx')],
      services: [k2sNginx, balanced('edge/proxy', '10.0.0.7')],
    },
    '10.0.0.7',
    'IngressClass web',
    'Service edge/proxy',
  ],
  [
    'one that is configured and not there has no stand-in',
    { of: 'nginx', configured: { nginx: 'edge/proxy' }, services: [k2sNginx] },
    '',
    'Service edge/proxy',
  ],
]

const test = suite('the addresses of a controller')
for (const [what, world, ...expected] of rows) {
  test(what, () => assert.equal(outcome(world), expected))
}

test('of a GatewayClass', () => {
  const { find } = findAmong({
    Service: [external('ingress-traefik/traefik', '172.19.1.100')],
  })
  const targets = { order: targetSources, default: [], controllers: new Map() }
  const context = { find, settings: { ttlSeconds: 30, targets } }
  const found = addressesOfController('traefik.io/gateway-controller', context)
  assert.equal(found, ['172.19.1.100'])
})
test('is looked for as docs/targets.md says', () => {
  const sections = readFileSync('docs/targets.md', 'utf8').split(/^## /m)
  const section = sections.find((each) => each.startsWith('The Service of')) ?? ''
  const rows = section
    .split('\n')
    .flatMap((line) => /^\| `(.+)` +\| `(.+)` +\|$/.exec(line)?.slice(1).join(': ') ?? [])
  const expected = [...usualServices].map(([name, services]) => {
    const texts = services.map((each) => `${each.namespace}/${each.name}`)
    return `${name}: ${texts.join('`, `')}`
  })
  assert.equal(rows, expected)
})
test.run()
