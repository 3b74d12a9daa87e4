import type { Claim, Refusal } from './claim.ts'
import { isHost, parseHost } from './host.ts'
import type { AskContext, Asked, AskSettings, Metadata, TargetSource } from './kinds/kind.ts'
import { parseTargets, printable } from './targets.ts'
import { isBelow } from './zone.ts'

export const nothing: Asked = { asks: [], refused: [] }

/** What an object states in its own fields; annotations, order and filters are the same for all kinds. */
export interface Stated {
  readonly hosts: readonly string[]
  /** Targets by where they come from, asked for only if their turn comes. */
  readonly targets: Readonly<
    Partial<Record<Exclude<TargetSource, 'annotation' | 'default'>, () => readonly string[]>>
  >
  /** Those of other objects whose `target` goes before that of the object itself, the first first. */
  readonly annotations?: readonly Metadata['annotations'][]
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
    const host = parseHost(each.host)
    const targets = parseTargets(each.targets)
    const shown = isHost(host) ? host : printable(each.host)
    if (!isHost(host)) refused.set(shown, { host: shown, ...host })
    else if ('reason' in targets) refused.set(shown, { host: shown, ...targets })
    else if (targets.length === 0) refused.set(shown, noTarget(shown))
    else if (targets.some((target) => isAtOrBelow(target, host))) refused.set(shown, ownName(shown))
    else claims.set(host, { host, targets, ttlSeconds: each.ttlSeconds ?? ttlSeconds })
  }
  return { claims: [...claims.values()], refused: [...refused.values()] }
}

const isAtOrBelow = (name: string, host: string) => name === host || isBelow(name, host)

const ownName = (host: string): Refusal => ({
  host,
  reason: 'invalid-target',
  message: 'CoreDNS drops a CNAME whose target is the name itself or below it',
})

const noTarget = (host: string): Refusal => ({
  host,
  reason: 'no-target',
  message: 'its status has no address yet and targets.default is not set',
})
