import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gateway } from '../../../functions/names/kinds/gateway.ts'
import { gatewayClass } from '../../../functions/names/kinds/gateway-class.ts'
import { grpcRoute } from '../../../functions/names/kinds/grpc-route.ts'
import { httpRoute } from '../../../functions/names/kinds/http-route.ts'
import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import { listenerSet } from '../../../functions/names/kinds/listener-set.ts'
import { tcpRoute } from '../../../functions/names/kinds/tcp-route.ts'
import { tlsRoute } from '../../../functions/names/kinds/tls-route.ts'
import { udpRoute } from '../../../functions/names/kinds/udp-route.ts'
import { type GatewayApiVersion, gatewayApiCrds, gatewayApiVersions } from './gateway-api.ts'

/** The version in which each kind is read; none: there is no such kind yet. */
const read: Readonly<Record<GatewayApiVersion, readonly (readonly [ObjectKind, string?])[]>> = {
  '1.4.1': [
    [gatewayClass, 'v1'],
    [gateway, 'v1'],
    [listenerSet],
    [httpRoute, 'v1'],
    [grpcRoute, 'v1'],
    [tlsRoute, 'v1alpha3'],
    [tcpRoute, 'v1alpha2'],
    [udpRoute, 'v1alpha2'],
  ],
  '1.6.1': [
    [gatewayClass, 'v1'],
    [gateway, 'v1'],
    [listenerSet, 'v1'],
    [httpRoute, 'v1'],
    [grpcRoute, 'v1'],
    [tlsRoute, 'v1'],
    [tcpRoute, 'v1'],
    [udpRoute, 'v1'],
  ],
}

const test = suite('the published CRDs')
for (const version of gatewayApiVersions) {
  test(`of Gateway API ${version} have our kinds, in versions that we read`, async () => {
    const crds = await gatewayApiCrds(version)
    for (const [kind, expected] of read[version]) {
      const crd = crds.find(({ metadata }) => metadata.name === `${kind.resource}.${kind.group}`)
      const served = crd?.spec.versions.filter((each) => each.served).map(({ name }) => name) ?? []
      const best = kind.versions.find((each) => served.includes(each))
      assert.is(best, expected, kind.kind)
      if (!crd) continue
      assert.is(crd.spec.names.kind, kind.kind)
      assert.is(crd.spec.scope === 'Cluster', kind.clusterWide === true, kind.kind)
    }
  })
}
test.run()
