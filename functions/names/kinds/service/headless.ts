import type { Annotations } from '../../asking/annotations.ts'
import type { Lead } from '../../asking/ask-for-itself.ts'
import { externalAddresses, internalAddresses } from '../../asking/node-addresses.ts'
import type { Find } from '../kind.ts'
import { node } from '../node.ts'
import { type ServiceEndpoint, usableEndpoints } from './endpoints.ts'
import type { Service } from './schema.ts'

type EndpointsType = Annotations['endpointsType']

/**
 * A headless Service leads to its endpoints, and a name below it to each that has a hostname. ExternalDNS asks
 * the Pods behind them; we do not, as it would take a watch of all Pods: the endpoints of Pods that are not of the
 * Service's `subdomain` have no hostname, and an annotation `target` of a Pod is not seen.
 * @param type whose addresses; default: the endpoints' own
 */
export function headlessLead(
  service: Service,
  host: string,
  type: EndpointsType,
  find: Find,
): Lead {
  const all = new Set<string>()
  const byHostname = new Map<string, Set<string>>()
  for (const endpoint of usableEndpoints(service, find)) {
    const { hostname } = endpoint
    const own = hostname ? (byHostname.get(hostname) ?? new Set()) : all
    if (hostname) byHostname.set(hostname, own)
    for (const address of addressesOf(endpoint, type, find)) {
      all.add(address)
      own.add(address)
    }
  }
  return {
    targets: [...all],
    lack: type
      ? `no ready endpoint is on a Node with an address for endpoints-type ${type}`
      : 'no endpoint is ready',
    besides: [...byHostname]
      .filter(([, addresses]) => addresses.size > 0)
      .map(([hostname, addresses]) => ({ host: `${hostname}.${host}`, targets: [...addresses] })),
  }
}

function addressesOf(
  { addresses, addressType, nodeName }: ServiceEndpoint,
  type: EndpointsType,
  find: Find,
): readonly string[] {
  if (type === undefined) {
    // the addresses of one endpoint are all the same one's: the first will do (Endpoint in discovery.k8s.io/v1)
    return addressType === 'FQDN' ? [] : (addresses ?? []).slice(0, 1)
  }
  const nodes = nodeName ? find(node, { name: nodeName }) : []
  const external = externalAddresses(nodes)
  if (type === 'NodeExternalIP') return external
  // what the kubelet writes into a Pod's hostIP (kubernetes, pkg/util/node/node.go)
  return [...internalAddresses(nodes), ...external].slice(0, 1)
}
