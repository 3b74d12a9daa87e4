import { z } from 'zod'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import { RetryLater } from '../../errors.ts'
import { type Kind, type KubernetesObject, pathOf } from '../../kinds.ts'

const page = z.object({
  kind: z.string().endsWith('List'),
  metadata: z.object({
    resourceVersion: z.string().regex(/^\d+$/),
    continue: z.string().optional(),
  }),
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({
        namespace: z.string().optional(),
        name: z.string(),
        uid: z.string(),
        resourceVersion: z.string(),
      }),
    }),
  ),
})

export interface Page {
  /** One resourceVersion for all pages of a list. */
  readonly version: string
  readonly items: readonly KubernetesObject[]
}

/**
 * A list of all objects of a kind, read from etcd's present state (no resourceVersion is given), 500 at a
 * time. It is complete when the generator ends; whatever goes wrong before is thrown, so that a part is
 * never taken for the whole. A continue token that is too old ends it with status 410.
 */
export async function* listPages(
  client: KubernetesClient,
  kind: Kind,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let next: string | undefined
  do {
    const answer = await client.request<unknown>('GET', pathOf(kind), {
      query: { limit: '125', ...(next !== undefined && { continue: next }) },
      timeoutMs: 30_000,
      signal,
    })
    const parsed = page.safeParse(answer)
    if (!parsed.success) {
      throw new RetryLater(`what answered for ${pathOf(kind)} is no list: ${parsed.error.message}`)
    }
    yield { version: parsed.data.metadata.resourceVersion, items: parsed.data.items as never } // checked
    next = parsed.data.metadata.continue || undefined
  } while (next !== undefined)
}
