import { routeKind } from './gateway/route-kind.ts'

export const httpRoute = routeKind({
  kind: 'HTTPRoute',
  versions: ['v1', 'v1beta1'],
  resource: 'httproutes',
  protocols: ['HTTP', 'HTTPS'],
  hasHostnames: true,
})
