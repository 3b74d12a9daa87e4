/** A kind of Kubernetes object that can claim names. */
export interface Kind {
  readonly kind: string
  readonly apiVersion: string
  /** Plural name, as in the API's paths. */
  readonly resource: string
}

export const kinds: readonly Kind[] = [
  { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', resource: 'ingresses' },
]

/** Raw JSON of an object, as the API server sends it. */
export interface KubernetesObject {
  readonly metadata: {
    readonly namespace?: string
    readonly name: string
    readonly uid: string
    readonly resourceVersion: string
  }
  readonly [field: string]: unknown
}

/** Where a kind is listed and watched, or where one object of it is read. */
export function pathOf(kind: Kind, object?: { namespace: string; name: string }): string {
  const root = `/apis/${kind.apiVersion}`
  return object
    ? `${root}/namespaces/${object.namespace}/${kind.resource}/${object.name}`
    : `${root}/${kind.resource}`
}
