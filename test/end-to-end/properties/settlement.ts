import { isIP } from 'node:net'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'

const namespaceOf = ({ owner }: StoredClaim) => owner.split('/')[1]

/**
 * What a host is to answer, in other words than those of functions/names/conflicts.ts: the oldest claim's
 * namespace has the name; whoever else says nothing that is not said already shares it.
 */
export function answerOf(claims: readonly StoredClaim[]): {
  targets: readonly string[]
  ttl: number
} {
  const home = claims.filter(
    (claim) => namespaceOf(claim) === namespaceOf(claims[0] as StoredClaim),
  )
  const strangers = claims.filter((claim) => !home.includes(claim))
  let targets: readonly string[] = []
  let ttl = Number.POSITIVE_INFINITY
  for (const claim of home) {
    const joined = [...new Set([...targets, ...claim.targets])]
    const isFirst = targets.length === 0
    const isShared = joined.length === targets.length
    if (!isFirst && !isShared && joined.some((target) => isIP(target) === 0)) continue
    targets = joined
    ttl = Math.min(ttl, claim.ttl)
  }
  for (const claim of strangers) {
    if (claim.targets.every((target) => targets.includes(target))) ttl = Math.min(ttl, claim.ttl)
  }
  return { targets: [...targets].sort(), ttl }
}
