import type { KubernetesObject } from '../../runtime/kinds.ts'
import { type AnIngress, anIngress, type Wishes } from './an-ingress.ts'

let version = 0

/** An ingress as a watch says it, each call a newer version: for tests that have no API server. */
export function toldIngress(
  name: string,
  hosts: string | readonly string[],
  wishes: Wishes = {},
): KubernetesObject {
  const { namespace, spec, status }: AnIngress = anIngress(name, hosts, wishes)
  version++
  const uid = `uid-${namespace}-${name}`
  return { metadata: { name, namespace, uid, resourceVersion: String(version) }, spec, status }
}
