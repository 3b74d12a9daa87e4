import { printable } from '../../targets/targets.ts'
import type { Find } from '../kind.ts'
import { letsIn, takesKind } from './allowed.ts'
import { accepted } from './condition.ts'
import type { Listener, ParentRef } from './listener.ts'
import { isParentRef, type Parent, parentOf } from './parent.ts'
import type { Fault } from './referred.ts'
import type { Route } from './route.ts'

/** A parent with those of its listeners that take a route: one at least. */
export interface Attachment {
  readonly parent: Parent
  readonly listeners: readonly Listener[]
}

export const isFault = (place: Attachment | Fault): place is Fault => 'fault' in place

/**
 * Where a route attaches to by one of its `parentRefs`. The hosts don't decide here: which of them a listener
 * serves is told host by host.
 */
export function attach(
  route: Route,
  ref: ParentRef,
  { kind, protocols }: { readonly kind: string; readonly protocols: readonly string[] },
  find: Find,
): Attachment | Fault {
  const { namespace } = route.metadata
  const parent = parentOf(ref, namespace, find)
  if ('fault' in parent) return parent
  const refusal = refusedByController(route, ref)
  if (refusal !== undefined) return { fault: `${parent.title} has not accepted it: ${refusal}` }

  const checks: readonly (readonly [fault: string, passes: (each: Listener) => boolean])[] = [
    [`has no listener${sayWhich(ref)}`, (each) => isMeant(ref, each)],
    [
      `has no listener${sayWhich(ref)} of protocol ${protocols.join(' or ')}, as ${kind} needs`,
      ({ protocol }) => protocols.includes(protocol ?? ''),
    ],
    [`takes no ${kind} (allowedRoutes.kinds)`, (each) => takesKind(each, kind)],
    [
      `takes no routes of namespace ${namespace} (allowedRoutes.namespaces)`,
      ({ allowedRoutes }) =>
        letsIn(
          { namespaces: allowedRoutes?.namespaces, from: 'Same', own: parent.namespace },
          namespace,
          find,
        ),
    ],
  ]
  let { listeners } = parent
  for (const [fault, passes] of checks) {
    listeners = listeners.filter(passes)
    if (listeners.length === 0) return { fault: `${parent.title} ${fault}` }
  }
  return { parent, listeners }
}

const isMeant = ({ sectionName, port }: ParentRef, listener: Listener): boolean =>
  (!sectionName || sectionName === listener.name) && (!port || port === listener.port)

const sayWhich = ({ sectionName, port }: ParentRef): string =>
  `${sectionName ? ` "${printable(sectionName)}"` : ''}${port ? ` on port ${port}` : ''}`

/**
 * What a controller says against the route at a parent. ExternalDNS takes a route only once a controller has said
 * yes. We wait for none: K2s's Gateways have routes that work before anybody wrote a status, if anybody does.
 */
function refusedByController({ metadata, status }: Route, ref: ParentRef): string | undefined {
  const said = (status?.parents ?? [])
    .filter(({ parentRef: each }) => isParentRef(each) && isSame(each, ref, metadata.namespace))
    .flatMap(({ conditions }) => accepted(conditions, metadata.generation) ?? [])
  if (said.some(({ status }) => status === 'True')) return undefined
  const no = said.find(({ status }) => status === 'False')
  return no && printable([no.reason, no.message].filter(Boolean).join(', '))
}

/** Some controllers leave `sectionName` or `port` out of what they write, or write one status per listener. */
const isSame = (a: ParentRef, b: ParentRef, own: string): boolean =>
  (a.kind || 'Gateway') === (b.kind || 'Gateway') &&
  (a.namespace || own) === (b.namespace || own) &&
  a.name === b.name &&
  (!a.sectionName || !b.sectionName || a.sectionName === b.sectionName) &&
  (!a.port || !b.port || a.port === b.port)
