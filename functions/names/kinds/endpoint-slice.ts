import { z } from 'zod'
import type { ObjectKind } from './kind.ts'

const condition = z.boolean().nullish()

const endpoint = z.object({
  addresses: z.array(z.string()).nullish(),
  conditions: z.object({ ready: condition, serving: condition, terminating: condition }).nullish(),
  /** Of a Pod whose `subdomain` is the Service. */
  hostname: z.string().nullish(),
  nodeName: z.string().nullish(),
})

export type Endpoint = z.infer<typeof endpoint>

const schema = z.object({
  /** `IPv4`, `IPv6` or `FQDN`. */
  addressType: z.string().nullish(),
  endpoints: z.array(endpoint).nullish(),
})

export type EndpointSlice = z.infer<typeof schema>

/** What stands behind a Service: some hundred endpoints of one address family in each slice. */
export const endpointSlice: ObjectKind<EndpointSlice> = {
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  versions: ['v1'],
  resource: 'endpointslices',
  schema,
}
