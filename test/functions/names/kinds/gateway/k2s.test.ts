import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gateway } from '../../../../../functions/names/kinds/gateway.ts'
import { httpRoute } from '../../../../../functions/names/kinds/http-route.ts'
import type { AskSettings } from '../../../../../functions/names/kinds/kind.ts'
import { aRoute, aService, http, outcome, type Raw } from './gateway-world.ts'

/** What K2s ships (its add-on ingress/nginx-gw), as far as it is read; no status is ever filled. */
const hosts = { http: 'k2s.cluster.local', registry: 'k2s.registry.local' }
const clusterLocal: Raw = {
  kind: gateway.kind,
  metadata: { namespace: 'nginx-gw', name: 'nginx-cluster-local' },
  spec: {
    gatewayClassName: 'nginx-gw',
    listeners: [
      http(hosts.http),
      http(hosts.http, { name: 'https', port: 443, protocol: 'HTTPS' }),
      http(hosts.registry, { name: 'registry-http' }),
      http(hosts.registry, { name: 'registry-https', port: 443, protocol: 'HTTPS' }),
    ],
  },
}
const dataPlane = aService(
  { namespace: 'nginx-gw', name: 'nginx-cluster-local-nginx-gw' },
  '172.19.1.100',
  { 'gateway.networking.k8s.io/gateway-name': 'nginx-cluster-local' },
)
const world = [clusterLocal, dataPlane]

/** The order and the default of its profile. */
const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: ['annotation', 'controller', 'default', 'status'],
    default: ['172.19.1.1'],
    controllers: new Map(),
  },
}

const at = (sectionName?: string) => ({
  parentRefs: [{ namespace: 'nginx-gw', name: 'nginx-cluster-local', sectionName }],
})
const k2s = 'k2s.cluster.local → 172.19.1.100'
const registry = 'k2s.registry.local → 172.19.1.100'

const rows: readonly (readonly [what: string, route: object, ...outcome: string[]])[] = [
  ["an add-on's route at one listener", aRoute([hosts.http], at('https')), k2s],
  ["an add-on's route at the whole Gateway", aRoute([hosts.http], at()), k2s],
  ["the registry's route", aRoute([hosts.registry], at('registry-https')), registry],
  ['a route without hosts at a listener', aRoute(undefined, at('http')), k2s],
  ['a route without hosts at the whole Gateway', aRoute(undefined, at()), k2s, registry],
  [
    "a user's host, which needs a Gateway of its own",
    aRoute(['app.cluster.local'], at()),
    'app.cluster.local: not-attached',
  ],
]

const test = suite("K2s's Gateway")
for (const [what, route, ...expected] of rows) {
  test(what, () => assert.equal(outcome(httpRoute, route, world, settings), expected))
}

test('asks for nothing alone', () => {
  assert.equal(outcome(gateway, clusterLocal, [dataPlane], settings), [])
})

test('answers at the default until its Service is there, and its routes at once', () => {
  assert.equal(outcome(httpRoute, aRoute([hosts.http], at()), [clusterLocal], settings), [
    'k2s.cluster.local → 172.19.1.1',
  ])
})

test("serves a host of a user's own Gateway at that one's Service", () => {
  const own: Raw = {
    ...clusterLocal,
    metadata: { namespace: 'team', name: 'own' },
    spec: { gatewayClassName: 'nginx-gw', listeners: [http()] },
  }
  const service = aService({ namespace: 'team', name: 'own-nginx-gw' }, '172.19.1.101', {
    'gateway.networking.k8s.io/gateway-name': 'own',
  })
  const route = aRoute(['app.cluster.local'], { parentRefs: [{ name: 'own' }] })
  assert.equal(outcome(httpRoute, route, [...world, own, service], settings), [
    'app.cluster.local → 172.19.1.101',
  ])
})

test.run()
