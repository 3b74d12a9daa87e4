import { z } from 'zod'
import { metadata } from '../kind.ts'
import { conditions } from './condition.ts'
import { parentRef } from './listener.ts'

/** What is read of a route of any kind; those of TCP and UDP have no `hostnames`. */
export const routeSchema = z.object({
  metadata: metadata.extend({ generation: z.number().nullish() }),
  spec: z
    .object({
      parentRefs: z.array(parentRef).nullish(),
      hostnames: z.array(z.string()).nullish(),
    })
    .nullish(),
  status: z.object({ parents: z.array(z.object({ parentRef, conditions })).nullish() }).nullish(),
})

export type Route = z.infer<typeof routeSchema>
