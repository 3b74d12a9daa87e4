import type { ObjectKind } from '../../../functions/names/kinds/kind.ts'
import type { AnObject } from '../objects.ts'

/** One object that ExternalDNS and k2s-dns are both given. */
export interface Fixture {
  readonly kind: ObjectKind
  /** `namespace/name`, or the name of one that lies in none. */
  readonly id: string
  readonly object: AnObject
  /** Put when the others have their names, as one whose claim is younger. */
  readonly later: boolean
}

/**
 * Annotations by their name alone (`hostname`): they have the prefix of the run. Those with a slash are what they are.
 */
export type Annotations = Readonly<Record<string, string>>

export interface More {
  readonly annotations?: Annotations
  readonly labels?: Readonly<Record<string, string>>
  /** Default: the kind's. */
  readonly namespace?: string
  readonly later?: boolean
}

export interface Described extends More {
  readonly kind: ObjectKind
  /** What is special about it, which is its name too. */
  readonly what: string
  readonly [field: string]: unknown
}

/** @param domain that each `$` in the object's texts stands for, and whose first label is its namespace */
export function fixture(domain: string, described: Described): Fixture {
  const { kind, what, annotations, labels, later = false, namespace, ...fields } = described
  const metadata = { ...(annotations && { annotations }), ...(labels && { labels }) }
  const text = JSON.stringify({ ...fields, metadata }).replaceAll('$', domain)
  const place = kind.clusterWide ? '' : `${namespace ?? domain.slice(0, domain.indexOf('.'))}/`
  return { kind, id: `${place}${slug(what)}`, object: JSON.parse(text) as AnObject, later }
}

/** `two hosts, one TTL` → `two-hosts-one-ttl` */
export const slug = (what: string) =>
  what
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '')

/** Where a load balancer or a controller is reached, as statuses have it. */
export const loadBalancer = (targets: readonly string[]) => ({
  loadBalancer: { ingress: targets.map(entry) },
})

/** `10.0.0.1+lb.example.com` is one entry with both. */
const entry = (target: string) => {
  const [first = '', hostname] = target.split('+')
  if (!/^[\d.]+$|:/.test(first)) return { hostname: first }
  return { ip: first, ...(hostname && { hostname }) }
}
