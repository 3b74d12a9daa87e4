import { type Endpoint, type EndpointSlice, endpointSlice } from '../endpoint-slice.ts'
import type { Find } from '../kind.ts'
import type { Service } from './schema.ts'

/** An endpoint, and the family of its slice. */
export interface ServiceEndpoint extends Endpoint {
  readonly addressType: string
}

/**
 * The endpoints of a Service that may be asked: those that are ready; while none is, those that shut down but
 * still serve, as in kube-proxy (pkg/proxy/topology.go), so that a name outlives the restart of its last Pod.
 * All of them if the Service publishes those that are not ready.
 */
export function usableEndpoints(
  { metadata, spec }: Service,
  find: Find,
): readonly ServiceEndpoint[] {
  const slices = find(endpointSlice, {
    namespace: metadata.namespace,
    label: { key: 'kubernetes.io/service-name', value: metadata.name },
  })
  const all = slices.flatMap(endpointsOf)
  if (spec?.publishNotReadyAddresses) return all
  const ready = all.filter(isReady)
  return ready.length > 0 ? ready : all.filter(isServingTillItEnds)
}

const endpointsOf = ({ addressType, endpoints }: EndpointSlice): ServiceEndpoint[] =>
  (endpoints ?? []).map((endpoint) => ({ ...endpoint, addressType: addressType ?? '' }))

/** What is not said is true, save `terminating` (EndpointConditions in discovery.k8s.io/v1). */
const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready ?? true

const isServingTillItEnds = ({ conditions }: Endpoint): boolean =>
  (conditions?.terminating ?? false) && (conditions?.serving ?? true)
