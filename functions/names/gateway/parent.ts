import { type Gateway, gateway } from '../kinds/gateway.ts'
import type { Find, Metadata } from '../kinds/kind.ts'
import { type ListenerSet, listenerSet } from '../kinds/listener-set.ts'
import { printable } from '../targets.ts'
import { letsIn } from './allowed.ts'
import { accepted } from './condition.ts'
import { gatewayGroup, type Listener, type ParentRef } from './listener.ts'

/** What routes attach to: a Gateway, or a ListenerSet that adds listeners to one. */
export interface Parent {
  /** `Gateway shop/web`, as messages call it. */
  readonly title: string
  readonly namespace: string
  readonly listeners: readonly Listener[]
  readonly gateway: Gateway
  /** The annotations that say where it is reached, those that go before the others first. */
  readonly annotations: readonly Metadata['annotations'][]
}

/** Why something is no parent, or takes no route, in words for whoever wrote the route. */
export interface Fault {
  readonly fault: string
}

const kindOf = ({ kind }: ParentRef) => kind || gateway.kind

/** A route may also have a Service of a mesh as parent, or what else a controller invents: no name comes of it. */
export const isGatewayRef = (ref: ParentRef): boolean =>
  (ref.group || gatewayGroup) === gatewayGroup &&
  [gateway.kind, listenerSet.kind].includes(kindOf(ref))

/** @param own the namespace of whoever refers */
export function parentOf(ref: ParentRef, own: string, find: Find): Parent | Fault {
  const at = { namespace: ref.namespace || own, name: ref.name }
  const title = `${kindOf(ref)} ${printable(`${at.namespace}/${at.name}`)}`
  if (kindOf(ref) === listenerSet.kind) {
    const [set] = find(listenerSet, at)
    return set ? ofListenerSet(set, title, find) : { fault: `${title} does not exist` }
  }
  const [found] = find(gateway, at)
  if (!found) return { fault: `${title} does not exist` }
  const { metadata, spec } = found
  return {
    title,
    namespace: metadata.namespace,
    listeners: spec?.listeners ?? [],
    gateway: found,
    annotations: [metadata.annotations],
  }
}

/** Unlike routes, ListenerSets are let in by none, if a Gateway does not say otherwise. */
function ofListenerSet(set: ListenerSet, title: string, find: Find): Parent | Fault {
  const { metadata, spec, status } = set
  const { namespace, annotations, generation } = metadata
  const above = spec?.parentRef
  if (!above || !isGatewayRef(above) || kindOf(above) !== gateway.kind) {
    return { fault: `${title} belongs to no Gateway` }
  }
  const parent = parentOf(above, namespace, find)
  if ('fault' in parent) return { fault: `${title} has no Gateway: ${parent.fault}` }
  const namespaces = parent.gateway.spec?.allowedListeners?.namespaces
  if (!letsIn({ namespaces, from: 'None', own: parent.namespace }, namespace, find)) {
    return { fault: `${parent.title} takes no ListenerSet of ${namespace} (allowedListeners)` }
  }
  if (accepted(status?.conditions, generation)?.status === 'False') {
    return { fault: `${parent.title} has not accepted ${title}` }
  }
  const rejected = (status?.listeners ?? [])
    .filter((each) => accepted(each.conditions, generation)?.status === 'False')
    .map(({ name }) => name)
  return {
    title,
    namespace,
    listeners: (spec?.listeners ?? []).filter(({ name }) => !rejected.includes(name)),
    gateway: parent.gateway,
    annotations: [annotations, ...parent.annotations],
  }
}
