import type { Annotations } from '../../asking/annotations.ts'
import type { Lead } from '../../asking/ask-for-itself.ts'
import { nodeAddresses } from '../../asking/node-addresses.ts'
import { isHost, parseHost } from '../../host.ts'
import type { TypedTarget } from '../../targets/target.ts'
import type { Ask, Find } from '../kind.ts'
import { type Node, node } from '../node.ts'
import { usableEndpoints } from './endpoints.ts'
import type { Service } from './schema.ts'

/**
 * A Service of type NodePort leads to the nodes, with its ports in SRV records. By `externalTrafficPolicy: Local`
 * only nodes with an endpoint are at hand; ExternalDNS takes those of Pods that are not ready if none is.
 */
export function nodePortLead(
  service: Service,
  host: string,
  access: Annotations['access'],
  find: Find,
): Lead {
  const isLocal = service.spec?.externalTrafficPolicy === 'Local'
  const nodes = isLocal ? nodesOfEndpoints(service, find) : find(node, {})
  const targets = nodeAddresses(nodes, access)
  const which = isLocal ? 'no schedulable node with a ready endpoint' : 'no schedulable node'
  const lack = `${which} has ${access ? `a ${access}` : 'an'} address`
  return { targets, lack, besides: portsAt(service, host) }
}

function nodesOfEndpoints(service: Service, find: Find): readonly Node[] {
  const names = usableEndpoints(service, find).flatMap(({ nodeName }) => nodeName ?? [])
  return [...new Set(names)].flatMap((name) => find(node, { name }))
}

/**
 * `_<name>._<protocol>.<host>` (RFC 2782) of each port: by the Service's name, as in ExternalDNS, where all
 * ports are, and by its own name, as in the cluster's DNS. Priority and weight are those of ExternalDNS.
 */
function portsAt({ metadata, spec }: Service, text: string): Pick<Ask, 'host' | 'targets'>[] {
  const host = parseHost(text)
  if (!isHost(host)) return [] // refused for itself
  const targets = new Map<string, Map<number, TypedTarget>>()
  for (const { name, protocol, nodePort: port } of spec?.ports ?? []) {
    if (!port) continue
    for (const service of new Set([metadata.name, name || metadata.name])) {
      const at = `_${service}._${(protocol || 'tcp').toLowerCase()}.${host}`
      const target: TypedTarget = { type: 'SRV', priority: 0, weight: 50, port, host }
      targets.set(at, (targets.get(at) ?? new Map<number, TypedTarget>()).set(port, target))
    }
  }
  return [...targets].map(([at, each]) => ({ host: at, targets: [...each.values()] }))
}
