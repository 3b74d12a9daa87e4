import { ingress } from '../../../functions/names/kinds/ingress.ts'
import { annotationsFor, classFor, eachItself, type MatrixKind, says } from './kind.ts'

export const ingresses: MatrixKind = {
  title: 'Ingress',
  kind: ingress,
  decides: eachItself,
  object: (asked) => ({
    metadata: { annotations: annotationsFor(asked) },
    spec: {
      ingressClassName: classFor(asked),
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      rules: asked.hosts.map((host) => ({ host })),
    },
    status: says('status', asked) ? { loadBalancer: { ingress: [{ ip: asked.at.status }] } } : {},
  }),
}
