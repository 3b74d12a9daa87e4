import type { Host } from './host.ts'

/**
 * Which version of an object a claim was made from. Versions of one era are comparable, whichever object
 * they are of (Kubernetes orders resourceVersions of a resource; stable since 1.35, KEP-5504). An era ends
 * when an operator confirms that the world was replaced: a restored backup, another cluster.
 */
export interface Position {
  readonly era: number
  readonly version: bigint
  /** The newest version of the others that decided with it, if any did: of two sayings about one version it tells the newer. */
  readonly seen?: bigint | undefined
}

/** The object that claims names. `uid` tells a re-created object from the one it replaced. */
export interface Owner {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly at: Position
}

/** `ingress/shop/web`: how an owner is called in state, logs and answers, as ExternalDNS writes it. */
export type OwnerId = string

export const ownerId = ({ kind, namespace, name }: Omit<Owner, 'uid' | 'at'>): OwnerId =>
  `${kind.toLowerCase()}/${namespace}/${name}`

/** What {@link ownerId} was made of, but the kind in lower case. */
export function partsOf(owner: OwnerId): { kind: string; namespace: string; name: string } {
  const [kind = '', namespace = '', name = ''] = owner.split('/')
  return { kind, namespace, name }
}

export const namespaceOf = (owner: OwnerId): string =>
  owner.slice(owner.indexOf('/') + 1, owner.lastIndexOf('/'))

/** Above zero if `a` is newer, below if older: eras first, then the object's version, then that of the others. */
export const comparePositions = (a: Position, b: Position): number =>
  a.era - b.era || order(a.version, b.version) || order(a.seen ?? b.seen, b.seen ?? a.seen)

const order = (a = 0n, b = 0n) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * An owner's wish for one host name. `targets` is sorted, without duplicates, and either exactly one host name
 * (CNAME) or of types that stand together, each written as `Target` says.
 */
export interface Claim {
  readonly host: Host
  readonly targets: readonly string[]
  readonly ttlSeconds: number
}

/**
 * What each refusal follows from: the `object`, when it is handled, or how its claim stands beside others at the
 * `host`, which changes with them.
 */
const reasons = {
  'invalid-name': 'object',
  wildcard: 'object',
  malformed: 'object',
  'invalid-annotation': 'object',
  'not-attached': 'object',
  'no-target': 'object',
  'invalid-target': 'object',
  'too-many-targets': 'object',
  'outside-zones': 'object',
  reserved: 'object',
  'too-deep': 'object',
  'too-many-names': 'object',
  'too-many-claims': 'object',
  denied: 'object',
  'search-path': 'object',
  'target-denied': 'object',
  quota: 'object',
  taken: 'host',
  'foreign-record': 'host',
} as const satisfies Readonly<Record<string, 'object' | 'host'>>

export type RefusalReason = keyof typeof reasons

/** Whether the claim is kept and waits: what is refused so may be over without the object's doing. */
export const isWaiting = (reason: RefusalReason): boolean => reasons[reason] === 'host'

/** A name that an owner wanted and may not have, or not yet. A result to be shown, not an error. */
export interface Refusal {
  readonly host: string
  readonly reason: RefusalReason
  readonly message: string
}

/** How an owner stands at a host since something changed there: refused, or not any more. */
export interface Standing {
  readonly owner: OwnerId
  readonly uid: string
  readonly host: Host
  readonly refusal: Refusal | undefined
}
