import { z } from 'zod'
import { ask, nothing } from '../asking/ask.ts'
import { controllerAddresses } from '../asking/controller.ts'
import { defaultClass } from './ingress-class.ts'
import { type AskContext, type AskSettings, metadata, type NameKind } from './kind.ts'
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
  asks(object, context) {
    const { ingressClasses = [] } = context.settings
    if (ingressClasses.length > 0 && !ingressClasses.includes(classOf(object, context) ?? ''))
      return nothing
    return ask(
      object,
      {
        hosts: hostsOf(object, context.settings),
        targets: {
          status: () => addressesOf(object.status?.loadBalancer),
          controller: () => controllerAddresses(classOf(object, context), context),
        },
      },
      context,
    )
  },
}

function hostsOf({ spec }: Ingress, { ignoreIngressRules, ignoreIngressTls }: AskSettings) {
  const rules = ignoreIngressRules ? [] : (spec?.rules ?? [])
  const tls = ignoreIngressTls ? [] : (spec?.tls ?? [])
  const ofTls = tls.flatMap(({ hosts }) => hosts ?? []).filter((host) => !host.includes('*'))
  return [...rules.flatMap(({ host }) => host ?? []), ...ofTls].filter((host) => host !== '')
}

/**
 * A class that is named in the spec counts alone, else the annotation of old (ExternalDNS, source/ingress.go), and
 * unlike there at last the default class, whose controller serves it.
 */
const classOf = (
  { spec, metadata: { annotations } }: Ingress,
  context: AskContext,
): string | undefined =>
  spec?.ingressClassName || annotations?.['kubernetes.io/ingress.class'] || defaultClass(context)
