import { routeKind } from './gateway/route-kind.ts'

/**
 * It has hosts by its annotation, and those of listeners which end TLS for it. `v1` since Gateway API 1.6,
 * when `v1alpha2` ceased in the standard channel.
 */
export const tcpRoute = routeKind({
  kind: 'TCPRoute',
  versions: ['v1', 'v1alpha2'],
  resource: 'tcproutes',
  protocols: ['TCP', 'TLS'],
  hasHostnames: false,
})
