import { setTimeout as delay } from 'node:timers/promises'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { RetryLater } from '../../../runtime/errors.ts'
import { watchFrames } from '../../../runtime/sources/kubernetes/watch.ts'

/** What is followed: a list of the API and which of it. */
export interface Followed {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

interface Named {
  readonly metadata: { readonly name: string }
}

interface List<T> {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly T[]
}

const againMs = 100

/**
 * Tells all objects of a list, at first and at each change, until the signal aborts. While the API server is away
 * what was told last holds.
 */
export async function follow<T extends Named>(
  client: KubernetesClient,
  { path, query = {} }: Followed,
  tell: (objects: readonly T[]) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await client.request<List<T>>('GET', path, { query, signal })
      const objects = new Map(list.items.map((each) => [each.metadata.name, each]))
      tell([...objects.values()])
      const watched = { path, query, resource: path }
      for await (const frame of watchFrames(
        client,
        watched,
        list.metadata.resourceVersion,
        signal,
      )) {
        if (frame.verb === 'expired') break
        if (frame.verb === 'opened' || frame.verb === 'bookmark') continue
        const { name } = frame.object.metadata
        if (frame.verb === 'delete') objects.delete(name)
        else objects.set(name, frame.object as unknown as T) // the caller names the path's type
        tell([...objects.values()])
      }
    } catch (error) {
      if (!(error instanceof RetryLater || signal.aborted)) throw error
    }
    await delay(againMs, undefined, { signal }).catch(() => undefined)
  }
}
