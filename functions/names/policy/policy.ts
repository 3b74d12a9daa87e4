import type { Claim, Refusal } from '../claim.ts'
import { alwaysRefused, type Zones } from './always-refused.ts'
import { deniedTarget, type TargetRules } from './networks.ts'
import { type Action, decidingRule, type Rule, sayRule } from './rules.ts'
import { isNamedBy, shadowedBy } from './search-path.ts'

/** Which names may be had, by whom, and with which targets. docs/policy.md explains it to operators. */
export interface Policy extends Zones {
  readonly rules: readonly Rule[]
  /** For claims of which no rule speaks. */
  readonly otherwise: Action
  /** What pods append to the names that they ask for. */
  readonly searchDomains: readonly string[]
  /** `deny`: a name that pods would take for one elsewhere needs a rule that names it. */
  readonly searchPath: Action
  readonly targets: TargetRules
  /** Shorter TTLs are raised to it. */
  readonly minTtlSeconds: number
  readonly limits: Limits
}

/** What the record store sees to, as it alone knows what is there already. */
export interface Limits {
  /** Undefined: any number. */
  readonly namesPerNamespace?: number | undefined
  /** A name is added or changed but never taken away. */
  readonly keepNames: boolean
}

export const noLimits: Limits = { keepNames: false }

type Objection = Omit<Refusal, 'host'>

/**
 * Divides the claims of a namespace's object into those that it may have and those that are refused, with the
 * reason. Targets that are denied are taken out of a claim; it goes on with the others, and both is told.
 */
export function judge(
  namespace: string,
  claims: readonly Claim[],
  policy: Policy,
): { allowed: readonly Claim[]; refused: readonly Refusal[] } {
  const allowed: Claim[] = []
  const refused: Refusal[] = []
  for (const claim of claims) {
    const { host } = claim
    const objection = objectionTo(namespace, host, policy)
    if (objection) {
      refused.push({ host, ...objection })
      continue
    }
    const { targets, denied } = divide(claim.targets, policy.targets)
    if (denied.length > 0)
      refused.push({ host, reason: 'target-denied', message: denied.join('; ') })
    const ttlSeconds = Math.max(claim.ttlSeconds, policy.minTtlSeconds)
    if (targets.length > 0) allowed.push({ ...claim, targets, ttlSeconds })
  }
  return { allowed, refused }
}

function objectionTo(namespace: string, host: string, policy: Policy): Objection | undefined {
  const always = alwaysRefused(host, policy)
  if (always) return always
  const deciding = decidingRule(policy.rules, namespace, host)
  if (deciding?.rule.action === 'deny') {
    return { reason: 'denied', message: `rule ${deciding.number}: ${sayRule(deciding.rule)}` }
  }
  if (!deciding && policy.otherwise === 'deny') {
    return { reason: 'denied', message: 'no rule allows it, and policy.otherwise is deny' }
  }
  const shadowed = policy.searchPath === 'deny' ? shadowedBy(host, policy) : undefined
  const matching = deciding?.rule.hosts.filter((glob) => glob.matches(host)) ?? []
  if (!shadowed || matching.some((glob) => isNamedBy(shadowed, glob))) return undefined
  const { name, end, searchDomain } = shadowed
  return {
    reason: 'search-path',
    message:
      `pods that ask for ${name} would get it, as ${searchDomain} is on their search path: ` +
      `allow it by a rule whose host ends in .${end}, or see policy.searchPath`,
  }
}

function divide(all: readonly string[], rules: TargetRules) {
  const targets: string[] = []
  const denied: string[] = []
  for (const target of all) {
    const why = deniedTarget(target, rules)
    if (why === undefined) targets.push(target)
    else denied.push(`target ${target}: ${why}`)
  }
  return { targets, denied }
}
