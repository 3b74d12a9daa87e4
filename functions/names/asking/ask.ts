import type { Claim, Refusal } from '../claim.ts'
import { isHost, parseHost } from '../host.ts'
import type { Ask, AskContext, Asked, AskSettings, Metadata, TargetSource } from '../kinds/kind.ts'
import { mistakeIn } from '../targets/beside.ts'
import { parseTargets, printable } from '../targets/targets.ts'
import { type Annotations, annotationsOf, isForUs } from './annotations.ts'

export const nothing: Asked = { asks: [], refused: [] }

/** What an object states in its own fields; annotations, order and filters are the same for all kinds. */
export interface Stated {
  readonly hosts: readonly string[]
  /**
   * Targets by where they come from, asked for only if their turn comes. `annotation` is the object's own, unless
   * it is stated.
   */
  readonly targets: Readonly<
    Partial<Record<Exclude<TargetSource, 'default'>, () => readonly string[]>>
  >
}

/** What an object asks for by its own fields and by what holds for all kinds. */
export function ask(
  { metadata }: { metadata: Metadata },
  stated: Stated,
  context: AskContext,
): Asked {
  if (!isRead(metadata, context.settings)) return nothing
  const annotations = annotationsOf(metadata)
  const { ttlSeconds, refused } = annotations
  const hosts = allHosts(metadata, stated.hosts, annotations, context)
  if (hosts.length === 0) return { asks: [], refused }
  const targets = firstTargets(stated.targets, annotations, context.settings)
  return { asks: hosts.map((host) => ({ host, targets, ttlSeconds })), refused }
}

/** Whether the filters let an object through, and it is not left to another controller. */
export const isRead = (
  metadata: Metadata,
  { annotationFilter, labelFilter }: AskSettings,
): boolean =>
  isForUs(metadata) &&
  (annotationFilter?.matches(metadata.annotations) ?? true) &&
  (labelFilter?.matches(metadata.labels) ?? true)

/** Those of its own fields and of its annotation, as it says which count; those of the template if there are none. */
export function allHosts(
  metadata: Metadata,
  stated: readonly string[],
  { hostnames, hostnameSource }: Annotations,
  { settings, kind = '' }: AskContext,
): readonly string[] {
  const { template, combineTemplate, ignoreHostnameAnnotation } = settings
  const found = hostnameSource === 'annotation-only' ? [] : [...stated]
  if (hostnameSource !== 'defined-hosts-only' && !ignoreHostnameAnnotation) found.push(...hostnames)
  if (!template || (found.length > 0 && !combineTemplate)) return found
  return [...found, ...template.hosts({ ...metadata, kind })]
}

/** Those of the first source, in the order that is set, that names any. */
export function firstTargets(
  stated: Stated['targets'],
  annotations: Pick<Annotations, 'targets'>,
  { targets: { order, default: fallback } }: AskSettings,
): readonly string[] {
  const from = { annotation: () => annotations.targets, ...stated, default: () => fallback }
  for (const source of order) {
    const targets = from[source]?.() ?? []
    if (targets.length > 0) return targets
  }
  return []
}

/** The claims that asks make; what is no name or no target is refused. */
export function claimsOf(
  { asks, refused: before }: Asked,
  { ttlSeconds }: Pick<AskSettings, 'ttlSeconds'>,
): { claims: readonly Claim[]; refused: readonly Refusal[] } {
  const claims = new Map<string, Claim>()
  const refused = new Map<string, Refusal>(before.map((each) => [each.host, each]))
  for (const each of asks) {
    const claim = claimOf(each, ttlSeconds)
    if ('reason' in claim) refused.set(claim.host, claim)
    else claims.set(claim.host, claim)
  }
  return { claims: [...claims.values()], refused: [...refused.values()] }
}

function claimOf({ host: text, targets: stated, ttlSeconds }: Ask, ttl: number): Claim | Refusal {
  const isTyped = stated.every((target) => typeof target !== 'string')
  const host = parseHost(text, { underscores: isTyped })
  if (!isHost(host)) return { host: printable(text), ...host }
  const targets = parseTargets(stated)
  if ('reason' in targets) return { host, ...targets }
  if (targets.length === 0) return noTarget(host)
  const mistake = mistakeIn(host, targets)
  if (mistake !== undefined) return { host, reason: 'invalid-target', message: mistake }
  return { host, targets, ttlSeconds: ttlSeconds ?? ttl }
}

const noTarget = (host: string): Refusal => ({
  host,
  reason: 'no-target',
  message:
    'nothing names a target: its status has no address yet, targets.default is not set (docs/targets.md)',
})
