import { isDeepStrictEqual } from 'node:util'
import { until } from '../../../deploy/local/until.ts'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { messageOf } from '../../../runtime/errors.ts'
import { describePods, listCoreDnsPods } from './coredns-pods.ts'
import type { KubeProxy } from './kube-proxy.ts'

export interface RolloutOptions {
  readonly client: KubernetesClient
  /** Of the Service `kube-dns`. */
  readonly kubeDns: KubeProxy
  /** Where the pods' logs are. */
  readonly directory: string
  readonly withinMs: number
}

/**
 * Resolves once every replica of CoreDNS is of the newest template and ready, no other is left, and questions to the
 * Service go to just these.
 * @throws Error that shows the pods and the ends of their logs
 */
export async function rolledOut({ client, kubeDns, directory, withinMs }: RolloutOptions) {
  try {
    await until('rolled out', (signal) => isRolledOut(client, kubeDns, signal), {
      deadlineMs: withinMs,
    })
  } catch (cause) {
    const pods = describePods(await listCoreDnsPods(client), directory)
    throw new Error(`CoreDNS: ${messageOf(cause)}\n${pods}`, { cause })
  }
}

interface Deployment {
  readonly metadata: { readonly generation: number }
  readonly spec: { readonly replicas: number }
  readonly status: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
  }
}

/** The Deployment as `kubectl rollout status` judges it; that doesn't see pods which are about to end. */
async function isRolledOut(client: KubernetesClient, kubeDns: KubeProxy, signal: AbortSignal) {
  const where = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'
  const { metadata, spec, status } = await client.request<Deployment>('GET', where, { signal })
  const { observedGeneration = 0, replicas, updatedReplicas, availableReplicas } = status
  const counts = [replicas, updatedReplicas, availableReplicas]
  if (observedGeneration < metadata.generation) return false
  if (counts.some((count = 0) => count !== spec.replicas)) return false

  const pods = await listCoreDnsPods(client)
  const addresses = pods.map(({ address }) => address).toSorted()
  return (
    pods.every(({ ready }) => ready) && isDeepStrictEqual(addresses, kubeDns.ready().toSorted())
  )
}
