import { isForUs } from '../../asking/annotations.ts'
import { printable } from '../../targets/targets.ts'
import type { Find, Metadata, ObjectKind } from '../kind.ts'
import { gatewayGroup, type ParentRef } from './listener.ts'

/** What a reference leads to. */
export interface Referred<T> {
  /** `Gateway shop/web`, as messages call it. */
  readonly title: string
  readonly object: T
}

/** Why something is no parent, or takes no route, in words for whoever wrote the route. */
export interface Fault {
  readonly fault: string
}

/** Whether a reference is one to a kind of the Gateway API; without a kind it is one to a Gateway. */
export const isTo = (kind: Pick<ObjectKind, 'kind'>, ref: ParentRef): boolean =>
  (ref.group || gatewayGroup) === gatewayGroup && (ref.kind || 'Gateway') === kind.kind

/**
 * What is left to another controller by ExternalDNS's annotation is as good as not there.
 * @param own the namespace of whoever refers
 */
export function referred<T extends { readonly metadata: Metadata }>(
  kind: ObjectKind<T>,
  ref: ParentRef,
  own: string,
  find: Find,
): Referred<T> | Fault {
  const at = { namespace: ref.namespace || own, name: ref.name }
  const title = `${kind.kind} ${printable(`${at.namespace}/${at.name}`)}`
  const [object] = find(kind, at)
  if (!object) return { fault: `${title} does not exist` }
  return isForUs(object.metadata)
    ? { title, object }
    : { fault: `${title} is left to another controller by its annotation` }
}
