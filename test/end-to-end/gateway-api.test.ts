import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gatewayApiCrds, gatewayApiVersions } from './crds/gateway-api.ts'
import { installCrds } from './crds/module-crds.ts'
import { eventually } from './eventually.ts'
import { patience, startWorld, type World } from './world.ts'

const group = 'gateway.networking.k8s.io'
const host = 'k2s.cluster.local'
const http = { name: 'http', port: 80, protocol: 'HTTP', hostname: host }
const tls = {
  name: 'tls',
  port: 443,
  protocol: 'TLS',
  tls: { mode: 'Passthrough' },
  allowedRoutes: { namespaces: { from: 'All' } },
}
const from = (namespaces: object) => ({ ...http, allowedRoutes: { namespaces } })
const labelled = {
  from: 'Selector',
  selector: { matchExpressions: [{ key: 'dns', operator: 'Exists' }] },
}
const parentRefs = [{ namespace: 'nginx-gw', name: 'web' }]
const rules = [{ backendRefs: [{ name: 'backend', port: 443 }] }]

/** What the author of each kind of object writes, at K2s's places. */
function authors({ client }: World) {
  const write = (path: string, apiVersion: string, kind: string, fields: object) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    return client.request('PATCH', path, {
      query: { fieldManager: 'test', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: { metadata: { name }, apiVersion, kind, ...fields },
      signal: patience(),
    })
  }
  return {
    namespace: (name: string, labels: object = {}) =>
      write(`/api/v1/namespaces/${name}`, 'v1', 'Namespace', { metadata: { name, labels } }),
    gateway: (...listeners: object[]) =>
      write(`/apis/${group}/v1/namespaces/nginx-gw/gateways/web`, `${group}/v1`, 'Gateway', {
        spec: { gatewayClassName: 'nginx-gw', listeners },
      }),
    dataPlane: (...externalIPs: string[]) =>
      write('/api/v1/namespaces/nginx-gw/services/web-nginx-gw', 'v1', 'Service', {
        metadata: { name: 'web-nginx-gw', labels: { [`${group}/gateway-name`]: 'web' } },
        spec: { externalIPs, ports: [{ port: 80 }] },
      }),
    route: (kind: string, version: string, spec: object) =>
      write(
        `/apis/${group}/${version}/namespaces/default/${kind.toLowerCase()}s/web`,
        `${group}/${version}`,
        kind,
        { spec: { parentRefs, ...spec } },
      ),
  }
}

const test = suite('routes of the Gateway API on real servers')
const tlsVersions = { '1.4.1': 'v1alpha3', '1.6.1': 'v1' }

for (const version of gatewayApiVersions) {
  test(`answer from when the CRDs of ${version} come, and while their Gateway takes them`, async () => {
    const world = await startWorld({ args: ['--targets.default', '10.9.9.9'] })
    const answer = (name: string, expected: readonly string[] | string) =>
      eventually(async () => assert.equal(await world.answers(name), expected), {
        withinMs: 30_000,
      })
    try {
      const author = authors(world)
      await installCrds(world.client, await gatewayApiCrds(version))
      await author.namespace('nginx-gw')
      await eventually(() => author.gateway(from({ from: 'All' }), tls))
      await eventually(() => author.route('HTTPRoute', 'v1', {}))
      await answer(host, ['10.9.9.9'])

      await author.dataPlane('172.19.1.100')
      await answer(host, ['172.19.1.100'])

      await author.gateway(from(labelled), tls)
      await answer(host, 'ENOTFOUND')
      await author.namespace('default', { dns: 'yes' })
      await answer(host, ['172.19.1.100'])

      const hostnames = ['tls.cluster.local']
      const spec = { hostnames, rules }
      await eventually(() => author.route('TLSRoute', tlsVersions[version], spec))
      await answer('tls.cluster.local', ['172.19.1.100'])
    } finally {
      await world.stop()
    }
  })
}
test.run()
