import { isNotFound, type KubernetesClient, KubernetesError } from '../clients/kubernetes.ts'
import { RetryLater } from '../errors.ts'
import { watchFrames } from '../sources/kubernetes/watch.ts'

/** A Lease (coordination.k8s.io/v1): who leads. Fields that are not ours are sent back as they came. */
export interface LeaseObject {
  readonly metadata: { readonly resourceVersion: string; readonly [field: string]: unknown }
  readonly spec?: LeaseSpec
}

export interface LeaseSpec {
  /** Empty once it was given back. */
  readonly holderIdentity?: string | null
  readonly leaseDurationSeconds?: number | null
  readonly leaseTransitions?: number | null
  readonly [field: string]: unknown
}

/** The one Lease that replicas of an instance share. */
export interface Lease {
  /** @returns undefined if there is none */
  read(signal: AbortSignal): Promise<LeaseObject | undefined>
  /**
   * Replaces the object, or creates it.
   * @param over what was read, compared by its resourceVersion; undefined if there was none
   * @returns undefined if another was quicker
   */
  write(
    spec: LeaseSpec,
    over: LeaseObject | undefined,
    signal: AbortSignal,
  ): Promise<LeaseObject | undefined>
  /** Each change after the one given; undefined for its deletion. Ends when the server ends it. */
  changes(since: LeaseObject, signal: AbortSignal): AsyncGenerator<LeaseObject | undefined>
}

/** Of each request: a connection that is cut without a word is not to cost more. */
const timeoutMs = 2_000

export function leaseOf(
  client: KubernetesClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Lease {
  const all = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
  const one = `${all}/${name}`

  return {
    async read(signal) {
      try {
        return await client.request<LeaseObject>('GET', one, { timeoutMs, signal })
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    async write(spec, over, signal) {
      const metadata = over?.metadata ?? { namespace, name }
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
      try {
        const [method, path] = over ? (['PUT', one] as const) : (['POST', all] as const)
        return await client.request<LeaseObject>(method, path, { body, timeoutMs, signal })
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error
        if (error.status === 409) return undefined
        if (over || error.status !== 404) throw error
        throw new RetryLater(
          `the namespace ${namespace} for the Lease ${name} is not there: apply ` +
            'deploy/kubernetes/rbac.yaml, or set leadership.namespace',
          { cause: error },
        )
      }
    },
    async *changes({ metadata }, signal) {
      const watched = {
        path: all,
        resource: 'leases',
        query: { fieldSelector: `metadata.name=${name}` },
      }
      for await (const frame of watchFrames(client, watched, metadata.resourceVersion, signal)) {
        if (frame.verb === 'delete') yield undefined
        else if ('object' in frame) yield frame.object as LeaseObject // of the path's kind
      }
    },
  }
}
