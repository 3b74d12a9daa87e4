import { nameKinds } from '../functions/names/kinds/index.ts'
import type { NameKind, ObjectKind } from '../functions/names/kinds/kind.ts'

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

/** `shop/web`: an object among those of its kind; `/web` for one that lies in no namespace. */
export const placeOf = ({ metadata: { namespace = '', name } }: KubernetesObject): string =>
  `${namespace}/${name}`

/** `networking.k8s.io/v1`, of the core group `v1`; the best version if none is given. */
export function apiVersionOf({ group, versions }: ObjectKind, version = versions[0]): string {
  return group === '' ? `${version}` : `${group}/${version}`
}

/** Where a kind is listed and watched, or where one object of it is read: of one namespace, or of all. */
export function pathOf(
  kind: ObjectKind,
  apiVersion: string,
  namespace = '',
  name?: string,
): string {
  const root = `${kind.group === '' ? '/api' : '/apis'}/${apiVersion}`
  const all = `${root}${namespace && `/namespaces/${namespace}`}/${kind.resource}`
  return name === undefined ? all : `${all}/${name}`
}

/** The kind that asks for names behind what an event or an owner calls it. */
export const nameKindOf = (kind: string, apiVersion?: string): NameKind | undefined =>
  nameKinds.find(
    (each) =>
      each.kind === kind &&
      (apiVersion === undefined ||
        each.versions.length === 0 || // no API server's
        each.versions.some((version) => apiVersionOf(each, version) === apiVersion)),
  )

/** The same behind the kind of an owner, in whatever case: an owner's id has it in lower case. */
export const ownerKind = (kind: string): NameKind | undefined =>
  nameKinds.find((each) => each.kind.toLowerCase() === kind.toLowerCase())
