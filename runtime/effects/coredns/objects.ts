import { isNotFound, type KubernetesClient, KubernetesError } from '../../clients/kubernetes.ts'
import { GiveUp } from '../../errors.ts'

/** What is used of the objects that CoreDNS is made of; what else they have is kept as it is. */
export interface Metadata {
  readonly name: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[]
}

export interface ConfigMap {
  readonly metadata: Metadata
  readonly data?: Readonly<Record<string, string>>
}

export interface Secret {
  readonly metadata: Metadata
  /** Base64, by key. */
  readonly data?: Readonly<Record<string, string>>
}

export interface Named {
  readonly name: string
}

export interface Container extends Named {
  readonly image?: string
  readonly args?: readonly string[]
  readonly ports?: readonly { readonly name?: string; containerPort: number; protocol?: string }[]
  readonly volumeMounts?: readonly Named[]
  readonly lifecycle?: { readonly preStop?: object }
}

export interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxSurge?: unknown; readonly maxUnavailable?: unknown }
}

export interface Deployment {
  readonly metadata: Metadata
  readonly spec: {
    readonly replicas?: number
    readonly paused?: boolean
    readonly selector: Selector
    readonly strategy?: Strategy
    readonly template: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
      readonly spec: {
        readonly hostNetwork?: boolean
        readonly terminationGracePeriodSeconds?: number
        readonly containers: readonly Container[]
        readonly volumes?: readonly Named[]
      }
    }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly message?: string
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

export interface Pod {
  readonly metadata: Metadata & { readonly deletionTimestamp?: string }
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly Condition[]
  }
}

interface Kinds {
  readonly configmaps: ConfigMap
  readonly secrets: Secret
  readonly deployments: Deployment
}

/** The objects of one namespace, read and written by name. */
export interface Objects {
  readonly namespace: string
  /** Of Kubernetes 1.x. */
  minorVersion(signal: AbortSignal): Promise<number>
  /** @returns undefined if there is none */
  read<K extends keyof Kinds>(
    kind: K,
    name: string,
    signal: AbortSignal,
  ): Promise<Kinds[K] | undefined>
  create<K extends keyof Kinds>(kind: K, object: object, signal: AbortSignal): Promise<Kinds[K]>
  /**
   * @param changes a JSON merge patch (RFC 7396) of the object as it was read and no other
   * @throws KubernetesError with status 409 if it is another one by now
   */
  patch<K extends keyof Kinds>(
    kind: K,
    found: { readonly metadata: Metadata },
    changes: object,
    signal: AbortSignal,
  ): Promise<Kinds[K]>
  /** Removes the object as it was read and no other. */
  remove(
    kind: keyof Kinds,
    found: { readonly metadata: Metadata },
    signal: AbortSignal,
  ): Promise<void>
  pods(selector: Selector, signal: AbortSignal): Promise<readonly Pod[]>
}

const groups = { configmaps: '/api/v1', secrets: '/api/v1', deployments: '/apis/apps/v1' } as const

/** @throws GiveUp from each call if a right is missing: it won't come by trying again */
export function objectsIn(client: KubernetesClient, namespace: string): Objects {
  const placeOf = (kind: keyof Kinds, name?: string) =>
    [groups[kind], 'namespaces', namespace, kind, ...(name ? [name] : [])].join('/')
  const asUs = { fieldManager: 'k2s-dns' }

  async function request<T>(...[method, path, options]: Parameters<KubernetesClient['request']>) {
    try {
      return await client.request<T>(method, path, options)
    } catch (error) {
      if (!(error instanceof KubernetesError && error.status === 403)) throw error
      throw new GiveUp(`${error.message}, or set coredns.mode to advise or off`, { cause: error })
    }
  }

  return {
    namespace,
    async minorVersion(signal) {
      const { minor } = await request<{ minor: string }>('GET', '/version', { signal })
      return Number.parseInt(minor, 10) // some write `30+`
    },
    async read<K extends keyof Kinds>(kind: K, name: string, signal: AbortSignal) {
      try {
        return await request<Kinds[K]>('GET', placeOf(kind, name), { signal })
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    create: (kind, body, signal) => request('POST', placeOf(kind), { query: asUs, body, signal }),
    patch: (kind, { metadata: { name, resourceVersion } }, changes, signal) =>
      request('PATCH', placeOf(kind, name), {
        query: asUs,
        contentType: 'application/merge-patch+json',
        body: merged(changes, { metadata: { resourceVersion } }),
        signal,
      }),
    async remove(kind, { metadata: { name, resourceVersion } }, signal) {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion } }
      await request('DELETE', placeOf(kind, name), { body, signal })
    },
    async pods(selector, signal) {
      const query = { labelSelector: labelSelectorOf(selector) }
      const path = `/api/v1/namespaces/${namespace}/pods`
      return (await request<{ items: readonly Pod[] }>('GET', path, { query, signal })).items
    },
  }
}

const merged = (changes: { readonly metadata?: object }, { metadata }: { metadata: object }) => ({
  ...changes,
  metadata: { ...changes.metadata, ...metadata },
})

/** As `kubectl get -l` takes it (apimachinery, labels.Parse). */
function labelSelectorOf({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
  })
  return [...equal, ...others].join(',')
}
