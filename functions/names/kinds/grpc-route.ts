import { routeKind } from './gateway/route-kind.ts'

export const grpcRoute = routeKind({
  kind: 'GRPCRoute',
  versions: ['v1'],
  resource: 'grpcroutes',
  protocols: ['HTTP', 'HTTPS'],
  hasHostnames: true,
})
