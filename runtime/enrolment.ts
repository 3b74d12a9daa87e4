import type { KubernetesClient } from './clients/kubernetes.ts'
import { RetryLater } from './errors.ts'
import type { WorldMemory } from './world-memory.ts'

/**
 * Makes sure that the API server is the one which the stored names come from, by the uid of kube-system.
 * @param confirmed an operator says that it is: an era begins, in which what is stored counts as older
 * @returns the era, see {@link Position}
 * @throws RetryLater if it is another cluster: nothing may be changed then
 */
export async function enrol(
  client: KubernetesClient,
  memory: WorldMemory,
  { confirmed = false, signal }: { confirmed?: boolean; signal: AbortSignal },
): Promise<number> {
  const path = '/api/v1/namespaces/kube-system'
  const { metadata } = await client.request<{ metadata: { uid: string } }>('GET', path, {
    timeoutMs: 3_000,
    signal,
  })
  const known = await (confirmed ? memory.beginEra(metadata.uid) : memory.cluster(metadata.uid))
  if (known.uid === metadata.uid) return known.era
  throw new RetryLater(
    `the names come from another cluster (kube-system ${known.uid}, not ${metadata.uid}): nothing is ` +
      'changed. Take another --instance, or run k2s-dns release if this cluster replaces it',
  )
}
