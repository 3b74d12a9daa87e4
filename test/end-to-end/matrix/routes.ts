import { grpcRoute } from '../../../functions/names/kinds/grpc-route.ts'
import { httpRoute } from '../../../functions/names/kinds/http-route.ts'
import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import { tcpRoute } from '../../../functions/names/kinds/tcp-route.ts'
import { tlsRoute } from '../../../functions/names/kinds/tls-route.ts'
import { udpRoute } from '../../../functions/names/kinds/udp-route.ts'
import { parentFor } from './gateways.ts'
import { eachItself, hostsByAnnotation, type MatrixKind } from './kind.ts'

/** Targets are those of the Gateway that a route attaches to. */
const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }]

const withHostnames = (kind: NameKind): MatrixKind => ({
  title: kind.kind,
  kind,
  decides: eachItself,
  object: (asked) => ({ spec: { parentRefs: [parentFor(asked)], hostnames: asked.hosts, rules } }),
})

const byAnnotation = (kind: NameKind): MatrixKind => ({
  title: kind.kind,
  kind,
  decides: eachItself,
  object: ({ hosts, source, at }) => ({
    metadata: { annotations: hostsByAnnotation({ hosts, source: 'default', at }) },
    spec: { parentRefs: [parentFor({ source })], rules },
  }),
})

export const routes: readonly MatrixKind[] = [
  withHostnames(httpRoute),
  withHostnames(grpcRoute),
  { ...withHostnames(tlsRoute), needsHost: true },
  byAnnotation(tcpRoute),
  byAnnotation(udpRoute),
]
