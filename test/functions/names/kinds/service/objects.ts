import type { AskSettings } from '../../../../../functions/names/kinds/kind.ts'
import { service } from '../../../../../functions/names/kinds/service.ts'
import { type TypedTarget, writeTarget } from '../../../../../functions/names/targets/target.ts'
import { findAmong } from '../../../../support/find-among.ts'

export const prefix = 'external-dns.kubernetes.io/'
export const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: ['annotation', 'controller', 'default', 'status'],
    default: ['172.19.1.100'],
    controllers: new Map(),
  },
}

/** An object as the API server sends it, with its kind, as `kubectl` shows it. */
export interface RawObject {
  readonly kind: string
  readonly metadata: object
  readonly [field: string]: unknown
}

type Annotations = Readonly<Record<string, string>>
type Spec = Readonly<Record<string, unknown>>

/** The Service `shop/web`, named `web.example` unless its annotations say otherwise. */
export const web = (
  spec: Spec,
  annotations: Annotations = { hostname: 'web.example' },
  status: unknown = undefined,
): RawObject => ({
  kind: 'Service',
  metadata: {
    namespace: 'shop',
    name: 'web',
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [prefix + key, value]),
    ),
  },
  spec,
  status,
})
export const named = (also: Annotations) => ({ hostname: 'web.example', ...also })
export const internally = { 'internal-hostname': 'web.example' }

export const slice = (
  endpoints: unknown,
  { of = 'web', namespace = 'shop', addressType = 'IPv4' } = {},
): RawObject => ({
  kind: 'EndpointSlice',
  metadata: { namespace, name: of, labels: { 'kubernetes.io/service-name': of } },
  addressType,
  endpoints,
})
/** An endpoint `10.0.0.n` on node `n`. */
export const at = (n: number, conditions: unknown = { ready: true }, also: Spec = {}) => ({
  addresses: [`10.0.0.${n}`],
  conditions,
  nodeName: `node-${n}`,
  ...also,
})
export const ending = { ready: false, serving: true, terminating: true }
export const starting = { ready: false, serving: false, terminating: false }

export const aNode = (
  n: number,
  addresses: readonly (readonly [type: string, address: string])[],
  spec: Spec = {},
): RawObject => ({
  kind: 'Node',
  metadata: { name: `node-${n}` },
  spec,
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
})
export const inside = (n: number, spec: Spec = {}) =>
  aNode(n, [['InternalIP', `192.168.0.${n}`]], spec)
export const outside = (n: number, spec: Spec = {}) =>
  aNode(
    n,
    [
      ['Hostname', `node-${n}`],
      ['InternalIP', `192.168.0.${n}`],
      ['ExternalIP', `203.0.113.${n}`],
    ],
    spec,
  )

export const balanced = {
  type: 'LoadBalancer',
  clusterIP: '172.21.0.5',
  clusterIPs: ['172.21.0.5'],
}
export const inCluster = { type: 'ClusterIP', clusterIP: '172.21.0.5', clusterIPs: ['172.21.0.5'] }
export const headless = { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'] }
export const nodePort = (...ports: unknown[]) => ({
  type: 'NodePort',
  clusterIP: '172.21.0.5',
  ports,
})
export const http = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }
export const local = { externalTrafficPolicy: 'Local' }
export const reached = (...ingress: unknown[]) => ({ loadBalancer: { ingress } })

/** What a Service asks for beside other objects, and what it looks up. */
export function ask(
  object: RawObject,
  others: readonly RawObject[] = [],
  also: Partial<AskSettings> = {},
) {
  const ofKind = (name: string) => others.filter(({ kind }) => kind === name)
  const { find, asked } = findAmong({
    Node: ofKind('Node'),
    EndpointSlice: ofKind('EndpointSlice'),
  })
  const context = { find, kind: 'Service', settings: { ...settings, ...also } }
  return { ...service.asks(service.schema.parse(object), context), asked }
}

/** `host → targets` of what is asked for, `host: reason` of what is refused. */
export function outcome(...given: Parameters<typeof ask>): string[] {
  const { asks, refused } = ask(...given)
  return [
    ...asks.map(({ host, targets }) => `${host} → ${targets.map(shown).join(', ')}`),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

const shown = (target: string | TypedTarget) =>
  typeof target === 'string' ? target : writeTarget(target)

export type Row = readonly [
  what: string,
  object: RawObject,
  others: readonly RawObject[],
  ...outcome: string[],
]
