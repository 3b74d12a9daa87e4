import { claimsOf } from '../../../../../functions/names/asking/ask.ts'
import { gateway } from '../../../../../functions/names/kinds/gateway.ts'
import type { AskSettings, Find, NameKind } from '../../../../../functions/names/kinds/kind.ts'
import { listenerSet } from '../../../../../functions/names/kinds/listener-set.ts'
import { namespace } from '../../../../../functions/names/kinds/namespace.ts'
import { service } from '../../../../../functions/names/kinds/service.ts'

type Texts = Readonly<Record<string, string>>

/** An object as the API server sends it. */
export interface Raw {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Texts
    readonly annotations?: Texts
    readonly generation?: number
  }
  readonly [field: string]: unknown
}

export const settings: AskSettings = {
  ttlSeconds: 30,
  targets: {
    order: ['annotation', 'status', 'controller', 'default'],
    default: ['10.0.0.99'],
    controllers: new Map([['nginx', { namespace: 'ingress', name: 'nginx' }]]),
  },
}

/** Finds among objects as the runtime does, and writes down what was asked for. */
export function findIn(objects: readonly Raw[], asked: string[] = []): Find {
  return (kind, { namespace: space, name, label }) => {
    asked.push(
      `${kind.kind} ${space ?? '*'}/${name ?? (label ? `${label.key}=${label.value}` : '*')}`,
    )
    return objects
      .filter((each) => each.kind === kind.kind)
      .filter(({ metadata }) => space === undefined || metadata.namespace === space)
      .filter(({ metadata }) => name === undefined || metadata.name === name)
      .filter(({ metadata }) => !label || metadata.labels?.[label.key] === label.value)
      .map((each) => kind.schema.parse(each))
  }
}

/** `host → targets` of what an object claims beside others, `host: reason` of what is refused it. */
export function outcome(
  kind: NameKind,
  object: unknown,
  others: readonly Raw[],
  chosen: AskSettings = settings,
): readonly string[] {
  const { claims, refused } = judged(kind, object, others, chosen)
  return [
    ...claims.map(({ host, targets }) => `${host} → ${targets.join(' ')}`),
    ...refused.map(({ host, reason }) => `${host}: ${reason}`),
  ]
}

export const judged = (
  kind: NameKind,
  object: unknown,
  others: readonly Raw[],
  chosen: AskSettings = settings,
) =>
  claimsOf(kind.asks(kind.schema.parse(object), { settings: chosen, find: findIn(others) }), chosen)

export interface GatewayFields {
  readonly namespace?: string
  readonly name?: string
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[]
  readonly allowedListeners?: unknown
  readonly annotations?: Texts
  readonly class?: string
}

/** `infra/web`, reached at 10.0.0.1, with the listeners given. */
export const aGateway = (
  listeners: readonly unknown[] | undefined,
  { namespace = 'infra', name = 'web', annotations = {}, ...more }: GatewayFields = {},
): Raw => ({
  kind: gateway.kind,
  metadata: { namespace, name, annotations },
  spec: {
    gatewayClassName: more.class ?? 'other',
    listeners,
    allowedListeners: more.allowedListeners,
  },
  status: { addresses: more.addresses ?? [{ type: 'IPAddress', value: '10.0.0.1' }] },
})

/** A listener that takes HTTP routes of all namespaces. */
export const http = (hostname?: string, fields: object = {}) => ({
  name: 'http',
  port: 80,
  protocol: 'HTTP',
  hostname,
  allowedRoutes: { namespaces: { from: 'All' } },
  ...fields,
})

export const aListenerSet = (listeners: readonly unknown[], fields: object = {}): Raw => ({
  kind: listenerSet.kind,
  metadata: { namespace: 'team', name: 'more' },
  spec: { parentRef: { namespace: 'infra', name: 'web' }, listeners },
  ...fields,
})

export const aNamespace = (name: string, labels: Texts): Raw => ({
  kind: namespace.kind,
  metadata: { name, labels },
})

export const aService = (
  at: { readonly namespace: string; readonly name: string },
  address: string,
  labels: Texts = {},
): Raw => ({
  kind: service.kind,
  metadata: { ...at, labels },
  spec: { externalIPs: [address] },
})

/** Of namespace `team`, with `infra/web` as parent. */
export const aRoute = (hostnames: readonly string[] | undefined, fields: object = {}) => ({
  metadata: { namespace: 'team', name: 'route' },
  spec: { parentRefs: [{ namespace: 'infra', name: 'web' }], hostnames, ...fields },
})
