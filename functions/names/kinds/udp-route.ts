import { routeKind } from './gateway/route-kind.ts'

/** It has hosts by its annotation only. `v1` since Gateway API 1.6, as of TCPRoute. */
export const udpRoute = routeKind({
  kind: 'UDPRoute',
  versions: ['v1', 'v1alpha2'],
  resource: 'udproutes',
  protocols: ['UDP'],
  hasHostnames: false,
})
