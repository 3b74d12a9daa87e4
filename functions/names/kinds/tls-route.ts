import { routeKind } from './gateway/route-kind.ts'

/** Its hosts are those of SNI. `v1` since Gateway API 1.5, when the others ceased in the standard channel. */
export const tlsRoute = routeKind({
  kind: 'TLSRoute',
  versions: ['v1', 'v1alpha3', 'v1alpha2'],
  resource: 'tlsroutes',
  protocols: ['TLS'],
  hasHostnames: true,
})
