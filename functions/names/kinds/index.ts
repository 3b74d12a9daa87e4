import { ingress } from './ingress.ts'
import type { NameKind } from './kind.ts'
import { ingressRoute, ingressRouteTcp, ingressRouteUdp } from './traefik.ts'

/** All kinds that ask for names: a new one is a file here and a line in this list. */
export const nameKinds: readonly NameKind[] = [
  ingress,
  ingressRoute,
  ingressRouteTcp,
  ingressRouteUdp,
]
