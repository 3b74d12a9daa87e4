import { annotationsOf } from '../../asking/annotations.ts'
import { type Gateway, gateway } from '../gateway.ts'
import type { Find } from '../kind.ts'
import { type ListenerSet, listenerSet } from '../listener-set.ts'
import { letsIn } from './allowed.ts'
import { accepted, type Conditions } from './condition.ts'
import type { Listener, ParentRef } from './listener.ts'
import { type Fault, isTo, type Referred, referred } from './referred.ts'

/** What routes attach to: a Gateway, or a ListenerSet that adds listeners to one. */
export interface Parent {
  readonly title: string
  readonly namespace: string
  readonly listeners: readonly Listener[]
  readonly gateway: Gateway
  /** The targets of its annotation, else of its Gateway's. */
  readonly annotated: readonly string[]
}

/** A route may also have a Service of a mesh as parent, or what else a controller invents: no name comes of it. */
export const isParentRef = (ref: ParentRef): boolean => isTo(gateway, ref) || isTo(listenerSet, ref)

/** @param own the namespace of the route */
export function parentOf(ref: ParentRef, own: string, find: Find): Parent | Fault {
  if (isTo(gateway, ref)) return ofGateway(ref, own, find)
  const set = referred(listenerSet, ref, own, find)
  return 'fault' in set ? set : ofListenerSet(set, find)
}

function ofGateway(ref: ParentRef, own: string, find: Find): Parent | Fault {
  const found = referred(gateway, ref, own, find)
  if ('fault' in found) return found
  const { title, object } = found
  return {
    title,
    namespace: object.metadata.namespace,
    listeners: object.spec?.listeners ?? [],
    gateway: object,
    annotated: annotationsOf(object.metadata).targets,
  }
}

/** Unlike routes, ListenerSets are taken from nowhere, if a Gateway does not say otherwise. */
function ofListenerSet({ title, object }: Referred<ListenerSet>, find: Find): Parent | Fault {
  const { metadata, spec, status } = object
  const { namespace, generation } = metadata
  if (!spec?.parentRef || !isTo(gateway, spec.parentRef))
    return { fault: `${title} belongs to no Gateway` }
  const above = ofGateway(spec.parentRef, namespace, find)
  if ('fault' in above) return { fault: `${title} has no parent: ${above.fault}` }

  const namespaces = above.gateway.spec?.allowedListeners?.namespaces
  if (!letsIn({ namespaces, from: 'None', own: above.namespace }, namespace, find))
    return { fault: `${above.title} takes no ListenerSet of ${namespace} (allowedListeners)` }
  const isRejected = (all: Conditions) => accepted(all, generation)?.status === 'False'
  if (isRejected(status?.conditions)) return { fault: `${above.title} has not accepted ${title}` }
  const rejected = (status?.listeners ?? []).filter((each) => isRejected(each.conditions))
  const names = new Set(rejected.map(({ name }) => name))
  const { targets } = annotationsOf(metadata)
  return {
    title,
    namespace,
    listeners: (spec.listeners ?? []).filter(({ name }) => !names.has(name)),
    gateway: above.gateway,
    annotated: targets.length > 0 ? targets : above.annotated,
  }
}
