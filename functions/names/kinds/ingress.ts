import { z } from 'zod'
import { ask } from '../ask.ts'
import { controllerAddresses } from '../controller.ts'
import { metadata, type NameKind } from './kind.ts'
import { addressesOf, loadBalancer } from './service.ts'

const schema = z.object({
  metadata,
  spec: z
    .object({
      ingressClassName: z.string().nullish(),
      rules: z.array(z.object({ host: z.string().nullish() })).nullish(),
      tls: z.array(z.object({ hosts: z.array(z.string()).nullish() })).nullish(),
    })
    .nullish(),
  status: z.object({ loadBalancer }).nullish(),
})

export type Ingress = z.infer<typeof schema>

/**
 * The hosts of its rules and of its `tls`, as in ExternalDNS. A wildcard in `tls` speaks of a certificate
 * and not of a name, so it asks for nothing; in a rule it is refused.
 */
export const ingress: NameKind<Ingress> = {
  kind: 'Ingress',
  group: 'networking.k8s.io',
  versions: ['v1'],
  resource: 'ingresses',
  schema,
  asks: (object, context) =>
    ask(
      object,
      {
        hosts: hostsOf(object),
        targets: {
          status: () => addressesOf(object.status?.loadBalancer),
          controller: () => controllerAddresses(classOf(object), context),
        },
      },
      context,
    ),
}

function hostsOf({ spec }: Ingress): string[] {
  const ofRules = (spec?.rules ?? []).flatMap(({ host }) => host ?? [])
  const ofTls = (spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? [])
  return [...ofRules, ...ofTls.filter((host) => !host.includes('*'))].filter((host) => host !== '')
}

/** A class that is named in the spec counts alone, else the annotation of old (ExternalDNS, source/ingress.go). */
const classOf = ({ spec, metadata: { annotations } }: Ingress): string | undefined =>
  spec?.ingressClassName || annotations?.['kubernetes.io/ingress.class']
