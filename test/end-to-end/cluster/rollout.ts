import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'

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

/** As `kubectl rollout status` judges: all replicas are of the newest template and available, and no other is left. */
export async function isRolledOut(client: KubernetesClient, signal: AbortSignal): Promise<boolean> {
  const where = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'
  const { metadata, spec, status } = await client.request<Deployment>('GET', where, { signal })
  const {
    observedGeneration = 0,
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
  } = status
  const wanted = spec.replicas
  return (
    observedGeneration >= metadata.generation &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted)
  )
}
