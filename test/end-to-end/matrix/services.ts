import { endpointSlice } from '../../../functions/names/kinds/endpoint-slice.ts'
import { node } from '../../../functions/names/kinds/node.ts'
import { service } from '../../../functions/names/kinds/service.ts'
import {
  type Asked,
  hostsByAnnotation,
  type MatrixKind,
  orItself,
  type Placed,
  says,
} from './kind.ts'

const ports = [{ name: 'http', port: 80 }]

const named = (asked: Asked, spec: object) => ({
  metadata: { annotations: hostsByAnnotation(asked) },
  spec: { ports, ...spec },
})

/** What the endpoint slice controller would write. */
function slice(id: string, endpoint: object): Placed {
  const metadata = { labels: { 'kubernetes.io/service-name': id.slice(id.indexOf('/') + 1) } }
  const object = { metadata, addressType: 'IPv4', ports: [], endpoints: [endpoint] }
  return { kind: endpointSlice, id, object }
}

const loadBalancer: MatrixKind = {
  title: 'Service (LoadBalancer)',
  kind: service,
  decides: {
    annotation: 'annotation',
    status: 'status',
    controller: 'nothing',
    default: 'nothing',
  },
  object: (asked) => ({
    ...named(asked, { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
    status: says('status', asked) ? { loadBalancer: { ingress: [{ ip: asked.at.status }] } } : {},
  }),
}

const headless: MatrixKind = {
  title: 'Service (headless)',
  kind: service,
  decides: orItself,
  object: (asked) => named(asked, { clusterIP: 'None' }),
  beside: (id, { itself }) => [slice(id, { hostname: 'pod-0', addresses: [itself] })],
  comesWith: (host, { itself }) => [
    { name: `pod-0.${host}`, type: 'A', answer: new RegExp(`^A ${itself}$`) },
  ],
}

/** The Node behind its only endpoint. */
const nodeName = 'node-port'

const nodePort: MatrixKind = {
  title: 'Service (NodePort)',
  kind: service,
  decides: orItself,
  object: (asked) => named(asked, { type: 'NodePort', externalTrafficPolicy: 'Local' }),
  beside: (id, { itself }) => [
    {
      kind: node,
      id: nodeName,
      object: { status: { addresses: [{ type: 'InternalIP', address: itself }] } },
    },
    slice(id, { nodeName, addresses: ['10.6.0.1'] }),
  ],
  comesWith: (host, { itself }, name) =>
    ['http', name].map((port) => ({
      name: `_${port}._tcp.${host}`,
      type: 'SRV',
      answer: new RegExp(`^SRV \\d+ ${host} \\+ ${host} A ${itself}$`),
    })),
}

/** Of a name with {@link Addresses.itself}, so that the answer is a CNAME and that address. */
const externalName: MatrixKind = {
  title: 'Service (ExternalName)',
  kind: service,
  decides: orItself,
  object: (asked) =>
    named(asked, { type: 'ExternalName', externalName: externalNameAt(asked.at.itself) }),
}

export const externalNameAt = (address: string): string =>
  `at-${address.replaceAll('.', '-')}.cluster.local`

export const services: readonly MatrixKind[] = [loadBalancer, headless, nodePort, externalName]
