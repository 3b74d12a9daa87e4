import type { Claim, Refusal } from './claim.ts'
import { maxNamesAbove, namesAbove } from './subtree.ts'

export interface Policy {
  /** Zones that CoreDNS serves from the record store, lower case, without trailing dot. */
  readonly zones: readonly string[]
  /** The cluster's own domain, whose `svc`, `pod`, … belong to CoreDNS's kubernetes plugin. */
  readonly clusterDomain: string
}

/** First labels below the cluster domain that its own DNS answers (plugin/kubernetes, dns-version spec). */
const clusterOwn = ['svc', 'pod', 'dns', 'dns-version']

/** Divides claims into those that the policy allows and those that are refused, with the reason. */
export function judge(
  claims: readonly Claim[],
  policy: Policy,
): { allowed: readonly Claim[]; refused: readonly Refusal[] } {
  const allowed: Claim[] = []
  const refused: Refusal[] = []
  for (const claim of claims) {
    const objection = objectionTo(claim.host, policy)
    if (objection) refused.push({ host: claim.host, ...objection })
    else allowed.push(claim)
  }
  return { allowed, refused }
}

function objectionTo(host: string, policy: Policy): Omit<Refusal, 'host'> | undefined {
  const below = (domain: string) => host.endsWith(`.${domain}`)
  const zone = policy.zones
    .filter((each) => host === each || below(each))
    .sort((a, b) => b.length - a.length)[0]
  if (zone === undefined) {
    return {
      reason: 'outside-zones',
      message: `it is in none of the zones ${policy.zones.join(', ')}: see dns.zones`,
    }
  }
  if (policy.zones.includes(host) || host === policy.clusterDomain) {
    return { reason: 'reserved', message: 'it is the apex of a zone: use a name below it' }
  }
  if (namesAbove(host, policy.zones).length > maxNamesAbove) {
    return {
      reason: 'too-deep',
      message: `${maxNamesAbove} names at most may lie between it and its zone ${zone}`,
    }
  }
  const own = clusterOwn.map((label) => `${label}.${policy.clusterDomain}`)
  const apexData = `dns.${zone}` // where CoreDNS's etcd plugin keeps a zone's NS and apex records
  const reserved = [...own, apexData].find((name) => host === name || below(name))
  if (reserved === undefined) return undefined
  return { reason: 'reserved', message: `${reserved} belongs to the cluster's own DNS` }
}
