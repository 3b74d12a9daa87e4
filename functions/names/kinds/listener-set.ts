import { z } from 'zod'
import { conditions } from './gateway/condition.ts'
import { gatewayGroup, listener, parentRef } from './gateway/listener.ts'
import { metadata, type ObjectKind } from './kind.ts'

const schema = z.object({
  metadata: metadata.extend({ generation: z.number().nullish() }),
  spec: z
    .object({ parentRef: parentRef.nullish(), listeners: z.array(listener).nullish() })
    .nullish(),
  status: z
    .object({
      conditions,
      listeners: z.array(z.object({ name: z.string(), conditions })).nullish(),
    })
    .nullish(),
})

export type ListenerSet = z.infer<typeof schema>

/** More listeners for a Gateway, which routes may name as their parent (GEP-1713; Gateway API 1.5). */
export const listenerSet: ObjectKind<ListenerSet> = {
  kind: 'ListenerSet',
  group: gatewayGroup,
  versions: ['v1'],
  resource: 'listenersets',
  isCustom: true,
  schema,
}
