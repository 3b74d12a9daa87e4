import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { follow } from './follow.ts'

/** Where a Service's port leads. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** The endpoints of a Service, as its EndpointSlices have them at any time. */
export interface Endpoints {
  /** For something new: the ready ones in turn, else one that still serves while it ends (KEP-1669). */
  next(portName: string): Endpoint | undefined
  /** Whether something that goes there already may go on. */
  serves(endpoint: Endpoint): boolean
  /** Addresses of the ready ones, each once. */
  ready(): readonly string[]
  /** Resolves once the signal has aborted. */
  readonly ended: Promise<void>
}

interface Slice {
  readonly metadata: { readonly name: string }
  readonly ports?: readonly { readonly name?: string; readonly port: number }[]
  readonly endpoints?: readonly {
    readonly addresses: readonly string[]
    readonly conditions: {
      readonly ready?: boolean
      readonly serving?: boolean
      readonly terminating?: boolean
    }
  }[]
}

export function followEndpoints(
  client: KubernetesClient,
  namespace: string,
  service: string,
  signal: AbortSignal,
): Endpoints {
  let slices: readonly Slice[] = []
  let turn = 0
  const all = () =>
    slices.flatMap(({ endpoints, ports = [] }) =>
      (endpoints ?? []).flatMap(({ addresses, conditions }) =>
        ports.map(({ name = '', port }) => ({
          name,
          endpoint: { address: addresses[0] ?? '', port },
          ready: conditions.ready ?? true, // absent means unknown, which counts as yes
          serving: conditions.serving ?? conditions.ready ?? true,
        })),
      ),
    )

  return {
    next(portName) {
      const named = all().filter(({ name }) => name === portName)
      const ready = named.filter((each) => each.ready)
      const usable = ready.length > 0 ? ready : named.filter(({ serving }) => serving)
      return usable[turn++ % usable.length]?.endpoint
    },
    serves: ({ address, port }) =>
      all().some(
        ({ endpoint, serving }) =>
          serving && endpoint.address === address && endpoint.port === port,
      ),
    ready: () => [
      ...new Set(all().flatMap(({ ready, endpoint }) => (ready ? endpoint.address : []))),
    ],
    ended: follow<Slice>(
      client,
      {
        path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
        query: { labelSelector: `kubernetes.io/service-name=${service}` },
      },
      (objects) => {
        slices = objects
      },
      signal,
    ),
  }
}
