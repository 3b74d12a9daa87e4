import { namespaceOf } from '../claim.ts'
import type { Settlement, StoredClaim } from '../conflicts.ts'
import type { Host } from '../host.ts'
import { alwaysRefused } from '../policy/always-refused.ts'
import { namesAbove } from '../records/subtree.ts'
import { isBelow, zoneOf } from '../zone.ts'
import type { KeptKey } from './kept.ts'
import type { ClaimStory, Evidence, KeyStory, Story } from './story.ts'
import { verdictOf } from './verdict.ts'

/** Puts together what was found out of a name. */
export function tellStory(evidence: Evidence): Story {
  const { host, policy, settlement, cluster, servers } = evidence
  const objection = alwaysRefused(host, policy) // rules speak of a namespace: see what the cluster's objects are refused
  const told = {
    name: host,
    zone: zoneOf(host, policy.zones),
    objection,
    claims: evidence.claims.map((claim) => claimStory(claim, evidence.claims, settlement)),
    keys: evidence.keys.flatMap((key) => keyStory(key, host, policy.zones)),
    rivals: evidence.rivals,
    cluster,
    servers,
  }
  const verdict = verdictOf(told, settlement.targets, evidence.missing)
  return { verdict, ...told }
}

/** See {@link settle}: the rule is there, here it is put in words. */
function claimStory(
  claim: StoredClaim,
  all: readonly StoredClaim[],
  { refused }: Settlement,
): ClaimStory {
  const refusal = refused.get(claim.owner)
  if (refusal) return { ...claim, standing: 'waits', why: refusal.message }
  const [oldest = claim] = all
  if (claim === oldest) {
    const why = all.length === 1 ? 'it is the only claim' : 'it is the oldest claim'
    return { ...claim, standing: 'holds', why }
  }
  const added = claim.targets.some((target) => !oldest.targets.includes(target))
  const home = namespaceOf(oldest.owner)
  if (added && namespaceOf(claim.owner) === home) {
    return { ...claim, standing: 'joins', why: `it is of ${home} too, whose name it is` }
  }
  return { ...claim, standing: 'shares', why: 'it asks for no other target' }
}

/** At the host everything; above it what CoreDNS takes with it or keeps apart; below it what is not ours. */
function keyStory(key: KeptKey, host: Host, zones: readonly string[]): KeyStory[] {
  if (key.name === host) return [{ ...key, where: 'here' }]
  const isAbove = [...namesAbove<string>(host, zones), zoneOf(host, zones)].includes(key.name)
  if (isAbove && key.what !== 'record') return [{ ...key, where: 'above' }]
  return isBelow(key.name, host) && key.what === 'foreign' ? [{ ...key, where: 'below' }] : []
}
