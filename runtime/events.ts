import { CloudEvent } from 'cloudevents'
import { z } from 'zod'
import { type Owner, type OwnerId, type Position, partsOf } from '../functions/names/claim.ts'
import { type Host, isHost, parseHost } from '../functions/names/host.ts'
import type { NameKind, ObjectKind } from '../functions/names/kinds/kind.ts'
import { GiveUp } from './errors.ts'
import { apiVersionOf, type KubernetesObject, nameKindOf, ownerKind } from './kinds.ts'

export { CloudEvent } from 'cloudevents'

/** A kind of event that functions can ask for: which CloudEvents it covers, and what it hands to `handle`. */
export interface EventKind<E> {
  readonly types: readonly string[]
  covers(event: CloudEvent<unknown>): boolean
  /** @throws GiveUp if the event's data is not what its type promises */
  read(event: CloudEvent<unknown>): E
}

/** A Kubernetes object of a kind that asks for names, as it was at a position, or was last. */
export interface ObjectEvent {
  readonly kind: NameKind
  readonly owner: Owner
  /** What {@link NameKind.schema} reads of it. */
  readonly object: unknown
}

/** The types that Knative's ApiServerSource sends (knative.dev/eventing, pkg/apis/sources/v1). */
export const resourceTypes = {
  add: 'dev.knative.apiserver.resource.add',
  update: 'dev.knative.apiserver.resource.update',
  delete: 'dev.knative.apiserver.resource.delete',
} as const

export type ResourceVerb = keyof typeof resourceTypes

/** An object that asks for names was added or changed: both mean "this is how it is now". */
export const objectChanged: EventKind<ObjectEvent> = {
  ...objectKind('add', 'update'),
  read: (event) => {
    const { kind, owner } = ownedBy(event)
    return { kind, owner, object: checked(kind.schema, event.data, event) }
  },
}

/** An object went; its last state is not looked at. */
export const objectDeleted: EventKind<Omit<ObjectEvent, 'object'>> = {
  ...objectKind('delete'),
  read: ownedBy,
}

/** A schedule fired (Knative's PingSource), or someone asked for a reconcile. */
export const reconcileDue = plainKind('dev.knative.sources.ping', 'io.k2s.reconcile.requested')

/** The policy is another one: what exists may be refused now, and what was refused may be had. */
export const policyChanged = plainKind('io.k2s.policy.changed')

/** An operator confirms: what the cluster no longer lists is really gone. */
export const absenceConfirmed = plainKind('io.k2s.absence.confirmed')

export const clusterStarted = plainKind('io.k2s.cluster.started')
export const clusterStopping = plainKind('io.k2s.cluster.stopping', 'io.k2s.cluster.stopped')
export const certRotated = plainKind('io.k2s.cert.rotated')

/** Somebody else changed what CoreDNS is configured with, so that it may not serve our names any more. */
export const corednsChanged = plainKind('io.k2s.coredns.changed')

/** Somebody else changed what we keep at a name, or left a name that we want. */
export const recordDisturbed: EventKind<{ readonly name: Host }> = {
  types: ['io.k2s.record.disturbed'],
  covers: ({ type }) => type === 'io.k2s.record.disturbed',
  read({ subject = '' }) {
    const name = parseHost(subject, { underscores: true })
    if (isHost(name)) return { name }
    throw new GiveUp(`the subject of io.k2s.record.disturbed must be a name: ${name.message}`)
  },
}

export function recordDisturbedEvent(name: string): CloudEvent<unknown> {
  const type = 'io.k2s.record.disturbed'
  return new CloudEvent({ type, source: '/k2s-dns/store', id: crypto.randomUUID(), subject: name })
}

/** Covers each event that one of the kinds covers. */
export function oneOf<E>(...kinds: readonly EventKind<E>[]): EventKind<E> {
  return {
    types: kinds.flatMap(({ types }) => types),
    covers: (event) => kinds.some((kind) => kind.covers(event)),
    read: (event) => {
      const kind = kinds.find((each) => each.covers(event))
      if (!kind) throw new GiveUp(`no kind covers an event of type ${event.type}`)
      return kind.read(event)
    },
  }
}

/** An event of ours without data worth typing: lifecycle, schedule, certificate. */
export function plainEvent(kind: EventKind<unknown>, source: string): CloudEvent<unknown> {
  return new CloudEvent({ type: kind.types[0] ?? '', source, id: crypto.randomUUID() })
}

export interface ObjectEventOptions {
  readonly era: number
  /** The API server. */
  readonly source: string
  /** In which the object was read; default: the best of its kind. */
  readonly apiVersion?: string
}

/**
 * What became of a Kubernetes object, as Knative's ApiServerSource says it. The id is made of uid and
 * version: the same change seen twice is the same event.
 * @param era see {@link Owner.at}; travels as extension `era`
 */
export function objectEvent(
  verb: ResourceVerb,
  kind: ObjectKind,
  object: KubernetesObject,
  { era, source, apiVersion = apiVersionOf(kind) }: ObjectEventOptions,
): CloudEvent<unknown> {
  const { namespace = '', name, uid, resourceVersion } = object.metadata
  const attributes = {
    id: `${uid}.${resourceVersion}.${verb}`,
    type: resourceTypes[verb],
    source,
    subject: `/apis/${apiVersion}${namespace && `/namespaces/${namespace}`}/${kind.resource}/${name}`,
    datacontenttype: 'application/json',
    apiversion: apiVersion,
    kind: kind.kind,
    namespace,
    name,
    era,
    data: object,
  }
  return new CloudEvent<unknown>(attributes, false) // right by construction; a list makes ten thousand
}

/** A hint to look at an owner's object. @returns undefined for one of no kind that the API server has */
export function askAgainEvent(owner: OwnerId): CloudEvent<unknown> | undefined {
  const { kind: kindOfOwner, namespace, name } = partsOf(owner)
  const kind = ownerKind(kindOfOwner)
  if (!kind?.versions.length) return undefined
  const metadata = { namespace, name, uid: 'unknown', resourceVersion: '0' }
  return objectEvent('update', kind, { metadata }, { era: 0, source: '/k2s-dns/functions' })
}

/** The object that an event speaks of, by Knative's extensions; `namespace` is empty for one that lies in none. */
export interface ObjectName {
  readonly apiversion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** @returns undefined for an event that names no object as it should */
export function subjectOf(event: CloudEvent<unknown>): ObjectName | undefined {
  const { type, apiversion, kind, namespace = '', name } = event
  const isText = typeof apiversion === 'string' && typeof kind === 'string'
  if (!isText || !type.startsWith('dev.knative.apiserver.')) return undefined
  const isPlace = (namespace === '' || isName(namespace)) && isName(name)
  return isPlace ? { apiversion, kind, namespace, name } : undefined
}

/** Where in its world's history an object event stands; undefined for events without an object. */
export function positionOf(event: CloudEvent<unknown>): Position | undefined {
  const era = Number(event['era'] ?? 0)
  const version = metadataOf(event)?.['resourceVersion']
  const isPosition =
    Number.isSafeInteger(era) && typeof version === 'string' && /^\d{1,20}$/.test(version)
  return isPosition ? { era, version: BigInt(version) } : undefined
}

const metadataOf = ({ data }: CloudEvent<unknown>): Record<string, unknown> | undefined =>
  (data as { metadata?: Record<string, unknown> } | null | undefined)?.metadata // what is used is checked

const isUid = (text: unknown): text is string => typeof text === 'string' && /^.{1,128}$/.test(text)
const namePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const isName = (text: unknown): text is string => typeof text === 'string' && namePattern.test(text)

function objectKind(...verbs: readonly ResourceVerb[]) {
  const types: readonly string[] = verbs.map((verb) => resourceTypes[verb])
  const covers = (event: CloudEvent<unknown>) => types.includes(event.type) && !!kindOf(event)
  return { types, covers }
}

const kindOf = ({ kind, apiversion }: CloudEvent<unknown>): NameKind | undefined =>
  typeof kind === 'string' && typeof apiversion === 'string'
    ? nameKindOf(kind, apiversion)
    : undefined

/** The owner that an object event's own metadata name. */
function ownedBy(event: CloudEvent<unknown>): Pick<ObjectEvent, 'kind' | 'owner'> {
  const kind = kindOf(event)
  const { namespace = '', name, uid } = metadataOf(event) ?? {}
  const at = positionOf(event)
  if (kind && at && isNamespace(kind, namespace) && isName(name) && isUid(uid)) {
    return { kind, owner: { kind: kind.kind, namespace, name, uid, at } }
  }
  throw new GiveUp(
    `${event.type} (${event.subject ?? event.id}) must carry an object: its metadata lack one of ` +
      'namespace, name, uid, resourceVersion',
  )
}

const isNamespace = ({ clusterWide }: NameKind, text: unknown): text is string =>
  clusterWide ? text === '' : isName(text)

function plainKind(...types: readonly string[]): EventKind<CloudEvent<unknown>> {
  return { types, covers: (event) => types.includes(event.type), read: (event) => event }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, event: CloudEvent<unknown>): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GiveUp(
    `the data of ${event.type} (${event.subject ?? event.id}) is not what its type promises: ` +
      z.prettifyError(parsed.error),
  )
}
