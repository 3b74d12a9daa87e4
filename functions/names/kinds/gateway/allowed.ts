import type { Find } from '../kind.ts'
import { namespace } from '../namespace.ts'
import { selects } from './label-selector.ts'
import { gatewayGroup, type Listener, type Namespaces } from './listener.ts'

/** Whom a Gateway, or a listener of it, lets in. */
export interface Entrance {
  /** `allowedRoutes.namespaces` of a listener or `allowedListeners.namespaces` of a Gateway. */
  readonly namespaces: Namespaces
  /** What holds where nothing is said. */
  readonly from: 'Same' | 'None'
  /** The namespace of whoever lets in. */
  readonly own: string
}

/** Whether objects of a namespace come in. The Namespace itself is looked at only where its labels decide. */
export function letsIn({ namespaces, from, own }: Entrance, name: string, find: Find): boolean {
  switch (namespaces?.from ?? from) {
    case 'All':
      return true
    case 'Same':
      return name === own
    case 'Selector':
      return find(namespace, { name }).some(({ metadata }) =>
        selects(namespaces?.selector, metadata.labels),
      )
    default:
      return false
  }
}

/** Whether a listener takes routes of a kind; one that lists none takes those that fit its protocol. */
export function takesKind({ allowedRoutes }: Listener, kind: string): boolean {
  const kinds = allowedRoutes?.kinds ?? []
  return (
    kinds.length === 0 ||
    kinds.some((each) => (each.group || gatewayGroup) === gatewayGroup && each.kind === kind)
  )
}
