import { gateway } from '../../../functions/names/kinds/gateway.ts'
import { targetSources } from '../../../functions/names/kinds/kind.ts'
import type { Addresses } from './addresses.ts'
import {
  type Asked,
  annotationsFor,
  classFor,
  eachItself,
  hostsByAnnotation,
  type MatrixKind,
  type Placed,
  says,
} from './kind.ts'

const allowedRoutes = { namespaces: { from: 'All' } }
const listeners = [
  { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes },
  { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' }, allowedRoutes },
  { name: 'tcp', port: 9000, protocol: 'TCP', allowedRoutes },
  { name: 'udp', port: 9001, protocol: 'UDP', allowedRoutes },
]

const fields = (asked: Asked) => ({
  spec: { gatewayClassName: classFor(asked), listeners },
  status: says('status', asked)
    ? { addresses: [{ type: 'IPAddress', value: asked.at.status }] }
    : {},
})

/** A Gateway by itself, with a name of its own. */
export const gateways: MatrixKind = {
  title: 'Gateway',
  kind: gateway,
  decides: eachItself,
  object: (asked) => ({ metadata: { annotations: hostsByAnnotation(asked) }, ...fields(asked) }),
}

/** What routes attach to: one for each source, called so. */
export const parents = (at: Addresses): readonly Placed[] =>
  targetSources.map((source) => {
    const asked = { hosts: [], source, at }
    const object = { metadata: { annotations: annotationsFor(asked) }, ...fields(asked) }
    return { kind: gateway, id: `gateways/${source}`, object }
  })

export const parentFor = ({ source }: Pick<Asked, 'source'>) => ({
  namespace: 'gateways',
  name: source,
})
