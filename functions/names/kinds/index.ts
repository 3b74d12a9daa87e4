import { configMap } from './config-map.ts'
import { dnsEndpoint } from './dns-endpoint.ts'
import { gateway } from './gateway.ts'
import { grpcRoute } from './grpc-route.ts'
import { hostsFile } from './hosts-file.ts'
import { httpRoute } from './http-route.ts'
import { ingress } from './ingress.ts'
import type { NameKind } from './kind.ts'
import { node } from './node.ts'
import { service } from './service.ts'
import { tcpRoute } from './tcp-route.ts'
import { tlsRoute } from './tls-route.ts'
import { ingressRoute, ingressRouteTcp, ingressRouteUdp } from './traefik.ts'
import { udpRoute } from './udp-route.ts'

/** All kinds that ask for names: a new one is a file here and a line in this list. */
export const nameKinds: readonly NameKind[] = [
  ingress,
  service,
  node,
  configMap,
  hostsFile,
  dnsEndpoint,
  httpRoute,
  grpcRoute,
  tlsRoute,
  tcpRoute,
  udpRoute,
  gateway,
  ingressRoute,
  ingressRouteTcp,
  ingressRouteUdp,
]
