import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import {
  ingressRoute,
  ingressRouteTcp,
  ingressRouteUdp,
} from '../../../functions/names/kinds/traefik.ts'
import { annotationsFor, classFor, hostsByAnnotation, type MatrixKind } from './kind.ts'

/** They have no status. */
const decides = {
  annotation: 'annotation',
  status: 'controller',
  controller: 'controller',
  default: 'default',
} as const

const services = [{ name: 'web', port: 80 }]

/** @param none a rule that names no host */
const byRule = (kind: NameKind, matcher: string, none: string, more: object = {}): MatrixKind => ({
  title: kind.kind,
  kind,
  decides,
  object: (asked) => {
    const named = asked.hosts.map((host) => `${matcher}(\`${host}\`)`)
    const matches = named.length > 0 ? named : [none]
    return {
      metadata: { annotations: annotationsFor(asked) },
      spec: {
        ingressClassName: classFor(asked),
        routes: matches.map((match) => ({ match, services, ...more })),
      },
    }
  },
})

export const traefik: readonly MatrixKind[] = [
  byRule(ingressRoute, 'Host', 'PathPrefix(`/`)', { kind: 'Rule' }),
  byRule(ingressRouteTcp, 'HostSNI', 'HostSNI(`*`)'),
  {
    title: ingressRouteUdp.kind,
    kind: ingressRouteUdp,
    decides,
    object: (asked) => ({
      metadata: { annotations: hostsByAnnotation(asked) },
      spec: { ingressClassName: classFor(asked), routes: [{ services }] },
    }),
  },
]
