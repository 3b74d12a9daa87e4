import { gateways } from './gateways.ts'
import { ingresses } from './ingress.ts'
import type { MatrixKind } from './kind.ts'
import { configMaps, dnsEndpoints, nodes } from './others.ts'
import { routes } from './routes.ts'
import { services } from './services.ts'
import { traefik } from './traefik.ts'

/** Every kind of the API server's that asks for names; a Service by its types. */
export const matrixKinds: readonly MatrixKind[] = [
  ingresses,
  ...services,
  nodes,
  configMaps,
  dnsEndpoints,
  ...routes,
  gateways,
  ...traefik,
]
