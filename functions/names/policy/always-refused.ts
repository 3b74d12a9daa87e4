import { spokenOf } from '../attribute.ts'
import type { Refusal } from '../claim.ts'
import { maxNamesAbove, namesAbove } from '../records/subtree.ts'
import { isBelow, isReverse, zoneOf } from '../zone.ts'

/** Where names may lie at all. */
export interface Zones {
  /** Zones that CoreDNS serves from the record store, lower case, without trailing dot; they may be nested. */
  readonly zones: readonly string[]
  /** The cluster's own domain, whose `svc`, `pod`, … belong to CoreDNS's kubernetes plugin. */
  readonly clusterDomain: string
}

/**
 * First labels below the cluster domain that its own DNS answers or may come to answer: `svc`, `pod`
 * (plugin/kubernetes/parse.go), `ns.dns` and `dns-version` (plugin/kubernetes/ns.go and kubernetes.go).
 */
const clusterOwn = ['svc', 'pod', 'dns', 'dns-version']

/** Why nobody may have a name, whatever the rules say; undefined if they are to decide. */
export function alwaysRefused(
  host: string,
  { zones, clusterDomain }: Zones,
): Omit<Refusal, 'host'> | undefined {
  const zone = zoneOf(host, zones)
  if (zone === undefined) {
    return {
      reason: 'outside-zones',
      message: `it is in none of the zones ${zones.join(', ')}: see dns.zones`,
    }
  }
  const apex = spokenOf(host) ?? host
  if (apex === zone || apex === clusterDomain) {
    return {
      reason: 'reserved',
      message: `${apex === host ? 'it is' : 'it speaks of'} the apex of a zone: use a name below it`,
    }
  }
  if (isReverse(zone)) {
    return { reason: 'reserved', message: `the names of ${zone} are made from those of addresses` }
  }
  if (namesAbove(host, zones).length > maxNamesAbove) {
    return {
      reason: 'too-deep',
      message: `${maxNamesAbove} names at most may lie between it and its zone ${zone}`,
    }
  }
  const own = clusterOwn.includes(labelBelow(clusterDomain, host)) ? clusterDomain : undefined
  // NS and apex records of CoreDNS's etcd plugin
  const domain = own ?? zones.find((each) => labelBelow(each, host) === 'dns')
  if (domain === undefined) return undefined
  const reserved = `${labelBelow(domain, host)}.${domain}`
  return { reason: 'reserved', message: `${reserved} belongs to the cluster's own DNS` }
}

/** The last label that a host has below a domain: `svc` for `db.team.svc.cluster.local`; empty for one elsewhere. */
function labelBelow(domain: string, host: string): string {
  if (!isBelow(host, domain)) return ''
  const end = host.length - domain.length - 1
  return host.slice(host.lastIndexOf('.', end - 1) + 1, end)
}
