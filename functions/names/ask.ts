import { mistakeIn } from './beside.ts'
import type { Claim, Refusal } from './claim.ts'
import { isHost, parseHost } from './host.ts'
import type { Ask, AskContext, Asked, AskSettings, Metadata, TargetSource } from './kinds/kind.ts'
import { parseTargets, printable } from './targets.ts'

export const nothing: Asked = { asks: [], refused: [] }

/** What an object states in its own fields; annotations, order and filters are the same for all kinds. */
export interface Stated {
  readonly hosts: readonly string[]
  /** Targets by where they come from, asked for only if their turn comes. */
  readonly targets: Readonly<
    Partial<Record<Exclude<TargetSource, 'annotation' | 'default'>, () => readonly string[]>>
  >
}

/** What an object asks for by its own fields and by what holds for all kinds: annotations, default targets. */
export function ask(_object: { metadata: Metadata }, stated: Stated, context: AskContext): Asked {
  const { order, default: fallback } = context.settings.targets
  const from = { ...stated.targets, annotation: () => [], default: () => fallback }
  let targets: readonly string[] = []
  for (const source of order) {
    targets = from[source]?.() ?? []
    if (targets.length > 0) break
  }
  return { asks: stated.hosts.map((host) => ({ host, targets })), refused: [] }
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
  message: 'its status has no address yet and targets.default is not set',
})
