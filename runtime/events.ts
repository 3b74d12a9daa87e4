import { CloudEvent } from 'cloudevents'
import { z } from 'zod'
import type { Owner, Position } from '../functions/names/claim.ts'
import { type Host, isHost, parseHost } from '../functions/names/host.ts'
import { type Ingress, ingressSchema } from '../functions/names/ingress.ts'
import { GiveUp } from './errors.ts'
import type { Kind, KubernetesObject } from './kinds.ts'

export { CloudEvent } from 'cloudevents'

/** A kind of event that functions can ask for: which CloudEvents it covers, and what it hands to `handle`. */
export interface EventKind<E> {
  readonly types: readonly string[]
  covers(event: CloudEvent<unknown>): boolean
  /** @throws GiveUp if the event's data is not what its type promises */
  read(event: CloudEvent<unknown>): E
}

/** A Kubernetes object as it was at a position, or was last. */
export interface ObjectEvent<T> {
  readonly owner: Owner
  readonly object: T
}

/** The types that Knative's ApiServerSource sends (knative.dev/eventing, pkg/apis/sources/v1). */
export const resourceTypes = {
  add: 'dev.knative.apiserver.resource.add',
  update: 'dev.knative.apiserver.resource.update',
  delete: 'dev.knative.apiserver.resource.delete',
} as const

export type ResourceVerb = keyof typeof resourceTypes

const ingress = (...verbs: ResourceVerb[]): EventKind<ObjectEvent<Ingress>> =>
  objectKind('Ingress', ingressSchema, verbs)

/** An ingress was added or changed: both mean "this is how it is now". */
export const ingressChanged = ingress('add', 'update')

export const ingressDeleted = ingress('delete')

/** A schedule fired (Knative's PingSource), or someone asked for a reconcile. */
export const reconcileDue = plainKind('dev.knative.sources.ping', 'io.k2s.reconcile.requested')

/** The policy is another one: what exists may be refused now, and what was refused may be had. */
export const policyChanged = plainKind('io.k2s.policy.changed')

/** An operator confirms: what the cluster no longer lists is really gone. */
export const absenceConfirmed = plainKind('io.k2s.absence.confirmed')

export const clusterStarted = plainKind('io.k2s.cluster.started')
export const clusterStopping = plainKind('io.k2s.cluster.stopping', 'io.k2s.cluster.stopped')
export const certRotated = plainKind('io.k2s.cert.rotated')

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

/**
 * What became of a Kubernetes object, as Knative's ApiServerSource says it. The id is made of uid and
 * version: the same change seen twice is the same event.
 * @param era see {@link Owner.at}; travels as extension `era`
 */
export function objectEvent(
  verb: ResourceVerb,
  kind: Kind,
  object: KubernetesObject,
  { era, source }: { era: number; source: string },
): CloudEvent<unknown> {
  const { namespace = '', name, uid, resourceVersion } = object.metadata
  const attributes = {
    id: `${uid}.${resourceVersion}.${verb}`,
    type: resourceTypes[verb],
    source,
    subject: `/apis/${kind.apiVersion}/namespaces/${namespace}/${kind.resource}/${name}`,
    datacontenttype: 'application/json',
    apiversion: kind.apiVersion,
    kind: kind.kind,
    namespace,
    name,
    era,
    data: object,
  }
  return new CloudEvent<unknown>(attributes, false) // right by construction; a list makes ten thousand
}

/** The object that an event speaks of, by Knative's extensions. */
export interface ObjectName {
  readonly apiversion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** @returns undefined for an event that names no object as it should */
export function subjectOf(event: CloudEvent<unknown>): ObjectName | undefined {
  const { type, apiversion, kind, namespace, name } = event
  const isText = typeof apiversion === 'string' && typeof kind === 'string'
  if (!isText || !type.startsWith('dev.knative.apiserver.')) return undefined
  return isName(namespace) && isName(name) ? { apiversion, kind, namespace, name } : undefined
}

/** Where in its world's history an object event stands; undefined for events without an object. */
export function positionOf(event: CloudEvent<unknown>): Position | undefined {
  const era = Number(event['era'] ?? 0)
  const version = metadataOf(event)?.['resourceVersion']
  const isPosition =
    Number.isSafeInteger(era) && typeof version === 'string' && /^\d{1,20}$/.test(version)
  return isPosition ? { era, version: BigInt(version) } : undefined
}

/** The owner that an object event's own metadata name; undefined if they don't. */
function ownerOf(kind: string, event: CloudEvent<unknown>): Owner | undefined {
  const { namespace, name, uid } = metadataOf(event) ?? {}
  const at = positionOf(event)
  if (!at || !isName(namespace) || !isName(name) || !isUid(uid)) return undefined
  return { kind, namespace, name, uid, at }
}

const metadataOf = ({ data }: CloudEvent<unknown>): Record<string, unknown> | undefined =>
  (data as { metadata?: Record<string, unknown> } | null | undefined)?.metadata // what is used is checked

const isUid = (text: unknown): text is string => typeof text === 'string' && /^.{1,128}$/.test(text)
const namePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const isName = (text: unknown): text is string => typeof text === 'string' && namePattern.test(text)

function objectKind<T>(
  kind: string,
  schema: z.ZodType<T>,
  verbs: readonly ResourceVerb[],
): EventKind<ObjectEvent<T>> {
  const types: readonly string[] = verbs.map((verb) => resourceTypes[verb])
  return {
    types,
    covers: (event) => types.includes(event.type) && event['kind'] === kind,
    read(event) {
      const owner = ownerOf(kind, event)
      if (owner) return { owner, object: checked(schema, event.data, event) }
      throw new GiveUp(
        `${event.type} (${event.subject ?? event.id}) must carry an object: its metadata lack one of ` +
          'namespace, name, uid, resourceVersion',
      )
    },
  }
}

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
