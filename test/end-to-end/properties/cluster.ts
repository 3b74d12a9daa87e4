import { type KubernetesClient, KubernetesError } from '../../../runtime/clients/kubernetes.ts'
import type { ResourceVerb } from '../../../runtime/events.ts'
import { type KubernetesObject, pathOf } from '../../../runtime/kinds.ts'
import { ingressKind } from '../../support/asked-alone.ts'
import { type Stated, statusOf } from './wishes.ts'

/** An object at one of its versions, with what it asks for in the words of the test. */
export interface ClusterObject extends KubernetesObject {
  readonly stated: Stated
}

/** What a watch would tell of an object, and in which era. */
export interface Change {
  /** `namespace/name` */
  readonly id: string
  readonly verb: ResourceVerb
  readonly object: ClusterObject
  readonly version: bigint
  readonly era: number
}

/**
 * The cluster's objects, with all that they ever were: one counter of versions for all, and another uid
 * whenever an object is made anew under a name.
 */
export class Cluster {
  era = 0
  version = 100n
  readonly changes: Change[] = []
  readonly #histories = new Map<string, Change[]>()

  apply(id: string, stated: Stated): void {
    const before = this.now(id)
    this.version++
    const uid = before?.metadata.uid ?? `uid-${this.version}`
    this.#note(id, before ? 'update' : 'add', uid, stated)
  }

  /** @returns false if there is no such object */
  remove(id: string): boolean {
    const before = this.now(id)
    if (!before) return false
    this.version++
    this.#note(id, 'delete', before.metadata.uid, before.stated)
    return true
  }

  now(id: string): ClusterObject | undefined {
    return this.asOf(id, this.version)
  }

  /** The object as it was at a version; undefined if it was not there then. */
  asOf(id: string, version: bigint): ClusterObject | undefined {
    const last = this.historyOf(id).findLast((change) => change.version <= version)
    return last?.verb === 'delete' ? undefined : last?.object
  }

  historyOf(id: string): readonly Change[] {
    return this.#histories.get(id) ?? []
  }

  get ids(): readonly string[] {
    return [...this.#histories.keys()]
  }

  #note(id: string, verb: ResourceVerb, uid: string, stated: Stated): void {
    const [namespace = '', name = ''] = id.split('/')
    const object: ClusterObject = {
      metadata: { namespace, name, uid, resourceVersion: String(this.version) },
      spec: { rules: stated.hosts.map((host) => ({ host })) },
      status: statusOf(stated),
      stated,
    }
    const change = { id, verb, object, version: this.version, era: this.era }
    this.changes.push(change)
    this.#histories.set(id, [...this.historyOf(id), change])
  }
}

/** The API server in front of it, as far as lists and reads of single objects go. */
export function clientOf(cluster: Cluster): KubernetesClient {
  function answer(path: string): unknown {
    if (path === '/api/v1/namespaces/kube-system') return { metadata: { uid: 'kube-system' } }
    const objects = cluster.ids.flatMap((id) => cluster.now(id) ?? [])
    if (path === pathOf(ingressKind, 'networking.k8s.io/v1'))
      return { metadata: { resourceVersion: String(cluster.version) }, items: objects }
    if (path.startsWith('/apis/networking.k8s.io/v1/ingressclasses'))
      return { metadata: { resourceVersion: String(cluster.version) }, items: [] }
    const [name = '', , namespace = ''] = path.split('/').reverse()
    const object = cluster.now(`${namespace}/${name}`)
    if (!object) throw new KubernetesError(404, `${path} is not there`)
    return object
  }

  return {
    request: async <T>(_: string, path: string) => answer(path) as T, // as the API documents it
    open: () => Promise.reject(new Error('nothing is watched here')),
    server: async () => '/cluster',
  }
}
