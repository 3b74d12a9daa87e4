import { z } from 'zod'
import { metadata, type ObjectKind } from './kind.ts'

const address = z.object({ ip: z.string().nullish(), hostname: z.string().nullish() })

/** Where a controller or a Service of type LoadBalancer is reached, as its status says. */
export const loadBalancer = z.object({ ingress: z.array(address).nullish() }).nullish()

export const addressesOf = (status: z.infer<typeof loadBalancer>): string[] =>
  (status?.ingress ?? [])
    .flatMap(({ ip, hostname }) => [ip ?? '', hostname ?? ''])
    .filter((target) => target !== '')

const schema = z.object({
  metadata,
  spec: z.object({ externalIPs: z.array(z.string()).nullish() }).nullish(),
  status: z.object({ loadBalancer }).nullish(),
})

export type Service = z.infer<typeof schema>

export const service: ObjectKind<Service> = {
  kind: 'Service',
  group: '',
  versions: ['v1'],
  resource: 'services',
  schema,
}
