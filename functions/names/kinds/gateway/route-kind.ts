import { type Annotations, annotationsOf } from '../../asking/annotations.ts'
import { ask, type Stated } from '../../asking/ask.ts'
import { gatewayTargets } from '../gateway.ts'
import type { AskContext, NameKind } from '../kind.ts'
import { answerAt, outcome } from './answer.ts'
import { type Attachment, attach, isFault } from './attachment.ts'
import { gatewayGroup } from './listener.ts'
import { isParentRef } from './parent.ts'
import type { Fault } from './referred.ts'
import { type Route, routeSchema } from './route.ts'

interface RouteKind extends Pick<NameKind, 'kind' | 'versions' | 'resource'> {
  /** Of the listeners that can serve it. */
  readonly protocols: readonly string[]
  /** Whether it may name hosts itself. */
  readonly hasHostnames: boolean
}

type Place = Attachment | Fault

/**
 * A kind of routes of the Gateway API. A route asks for its own hosts and those of its annotations, as far as the
 * listeners that it attaches to serve them; without hosts of its own, for those of the listeners. What answers are
 * the addresses of all Gateways that serve a host, each looked for as if it were the only one.
 */
export const routeKind = ({ protocols, hasHostnames, ...kind }: RouteKind): NameKind<Route> => ({
  ...kind,
  group: gatewayGroup,
  isCustom: true,
  schema: routeSchema,
  asks(route, context) {
    const annotations = annotationsOf(route.metadata)
    const places: Place[] = (route.spec?.parentRefs ?? [])
      .filter(isParentRef)
      .map((ref) => attach(route, ref, { kind: kind.kind, protocols }, context.find))
    const hosts = hasHostnames ? hostsOf(route, annotations, places) : []
    if (places.length === 0) places.push({ fault: 'its parentRefs name no Gateway' })

    const asked = places.map((place) => ({
      place,
      ...ask(route, statedAt(place, hosts, annotations, context), context),
    }))
    const answers = asked.flatMap(({ place, asks }) => asks.map((each) => answerAt(place, each)))
    const { asks, refused } = outcome(answers, hosts.length > 0)
    return { asks, refused: [...asked.flatMap((each) => each.refused), ...refused] }
  },
})

/** The hosts that a route names; if it names none and no parent takes it, a text that is seen to be refused. */
function hostsOf(
  route: Route,
  annotations: Annotations,
  places: readonly Place[],
): readonly string[] {
  const hosts = route.spec?.hostnames ?? []
  const isLost = hosts.length === 0 && places.length > 0 && places.every(isFault)
  return isLost && borrows(annotations) ? ['hostnames of its parents'] : hosts
}

/** Its annotation may want the hosts that it defines itself and no others (ExternalDNS, source/gateway.go). */
const borrows = ({ hostnameSource }: Annotations) => hostnameSource !== 'defined-hosts-only'

/** A `target` of the Gateway goes before one of the route, which ExternalDNS does not read. */
function statedAt(
  place: Place,
  hosts: readonly string[],
  annotations: Annotations,
  context: AskContext,
): Stated {
  if (isFault(place)) return { hosts, targets: {} }
  const { listeners, parent } = place
  const lent = borrows(annotations) ? listeners.flatMap(({ hostname }) => hostname || []) : []
  const { annotated } = parent
  return {
    hosts: hosts.length > 0 ? hosts : lent,
    targets: {
      ...gatewayTargets(parent.gateway, context),
      annotation: () => (annotated.length > 0 ? annotated : annotations.targets),
    },
  }
}
