import { type CrdModule, crdsOf } from './module-crds.ts'

/** The Gateway API that K2s ships, and the newest one that ours is read against. */
const modules = {
  '1.4.1': {
    module: 'sigs.k8s.io/gateway-api@v1.4.1',
    sum: 'h1:NPxFutNkKNa8UfLd2CMlEuhIPMQgDQ6DXNKG9sHbJU8=',
    folder: 'config/crd/experimental',
  },
  '1.6.1': {
    module: 'sigs.k8s.io/gateway-api@v1.6.1',
    sum: 'h1:mock6phZbI6rvZerwrVNk7hVNymQgHo+6sJ81Ia7ftY=',
    folder: 'config/crd/standard',
  },
} as const satisfies Record<string, CrdModule>

export type GatewayApiVersion = keyof typeof modules
export const gatewayApiVersions = Object.keys(modules) as readonly GatewayApiVersion[] // just these

/** Of 1.4.1 the experimental channel, since its standard one has no routes of TLS, TCP and UDP. */
export const gatewayApiCrds = (version: GatewayApiVersion) => crdsOf(modules[version])
