import { z } from 'zod'
import { type AskContext, metadata, type ObjectKind } from './kind.ts'

const schema = z.object({
  metadata: metadata.extend({ creationTimestamp: z.string().nullish() }),
  spec: z.object({ controller: z.string().nullish() }).nullish(),
})

export type IngressClass = z.infer<typeof schema>

export const ingressClass: ObjectKind<IngressClass> = {
  kind: 'IngressClass',
  group: 'networking.k8s.io',
  versions: ['v1'],
  resource: 'ingressclasses',
  clusterWide: true,
  schema,
}

/**
 * The class of Ingresses that name none. Kubernetes writes it into those that are created while there is one; of
 * several it takes the youngest (plugin/pkg/admission/network/defaultingressclass), and so do we.
 */
export function defaultClass({ find }: Pick<AskContext, 'find'>): string | undefined {
  const [youngest] = find(ingressClass, {})
    .filter(({ metadata: { annotations } }) => annotations?.[isDefault] === 'true')
    .map(({ metadata: { name, creationTimestamp } }) => ({ name, born: creationTimestamp ?? '' }))
    .sort((a, b) => (a.born === b.born ? before(a.name, b.name) : before(b.born, a.born)))
  return youngest?.name
}

const isDefault = 'ingressclass.kubernetes.io/is-default-class'

const before = (a: string, b: string) => (a < b ? -1 : 1)
