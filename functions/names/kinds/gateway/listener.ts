import { z } from 'zod'
import { labelSelector } from './label-selector.ts'

/** The namespaces that a Gateway takes ListenerSets from, or a listener routes. */
export const namespaces = z
  .object({ from: z.string().nullish(), selector: labelSelector.nullish() })
  .nullish()

/** A listener of a Gateway or of a ListenerSet: they are the same. */
export const listener = z.object({
  name: z.string(),
  /** None or an empty one stands for all hosts. */
  hostname: z.string().nullish(),
  port: z.number().nullish(),
  protocol: z.string().nullish(),
  allowedRoutes: z
    .object({
      namespaces,
      kinds: z.array(z.object({ group: z.string().nullish(), kind: z.string() })).nullish(),
    })
    .nullish(),
})

export type Namespaces = z.infer<typeof namespaces>
export type Listener = z.infer<typeof listener>

/** What names a Gateway or a ListenerSet. */
export const parentRef = z.object({
  group: z.string().nullish(),
  kind: z.string().nullish(),
  namespace: z.string().nullish(),
  name: z.string(),
  sectionName: z.string().nullish(),
  port: z.number().nullish(),
})

export type ParentRef = z.infer<typeof parentRef>

export const gatewayGroup = 'gateway.networking.k8s.io'
