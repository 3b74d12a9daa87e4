import { z } from 'zod'
import { metadata } from '../kind.ts'

const address = z.object({ ip: z.string().nullish(), hostname: z.string().nullish() })

/** Where a controller or a Service of type LoadBalancer is reached, as its status says. */
export const loadBalancer = z.object({ ingress: z.array(address).nullish() }).nullish()

export const addressesOf = (status: z.infer<typeof loadBalancer>): string[] =>
  (status?.ingress ?? [])
    .flatMap(({ ip, hostname }) => [ip ?? '', hostname ?? ''])
    .filter((target) => target !== '')

const port = z.object({
  name: z.string().nullish(),
  /** Default: TCP. */
  protocol: z.string().nullish(),
  nodePort: z.number().nullish(),
})

export const serviceSchema = z.object({
  metadata,
  spec: z
    .object({
      /** Default: ClusterIP. */
      type: z.string().nullish(),
      /** `None`: it is headless. */
      clusterIP: z.string().nullish(),
      /** Of both families, the first the same as `clusterIP`. */
      clusterIPs: z.array(z.string()).nullish(),
      externalIPs: z.array(z.string()).nullish(),
      externalName: z.string().nullish(),
      externalTrafficPolicy: z.string().nullish(),
      publishNotReadyAddresses: z.boolean().nullish(),
      ports: z.array(port).nullish(),
    })
    .nullish(),
  status: z.object({ loadBalancer }).nullish(),
})

export type Service = z.infer<typeof serviceSchema>
