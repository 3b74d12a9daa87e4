import { parse } from 'tldts'
import { spokenOf } from '../attribute.ts'
import { isBelow, zoneOf } from '../zone.ts'
import type { Glob } from './glob.ts'

/**
 * A pod that asks for `google.com` asks for `google.com.cluster.local` first: resolvers try the search path
 * before the name itself if it has fewer dots than `ndots`, which Kubernetes sets to 5. Whoever has that name
 * in our zone has the public one, for every pod.
 */
export interface Shadowed {
  /** What pods would ask for: `google.com`. */
  readonly name: string
  /** `com.cluster.local`: a pattern that is to allow it ends so. */
  readonly end: string
  readonly searchDomain: string
}

export interface SearchPath {
  readonly zones: readonly string[]
  /** What pods append to a name; of Kubernetes' own only the cluster domain holds names of ours. */
  readonly searchDomains: readonly string[]
}

/**
 * The name elsewhere that a host would take the place of, in the eyes of pods: one with two labels or more
 * that ends in a top-level domain, public or private, or lies in a zone of ours.
 *
 * A single label is never one. `shop`, `app` and `dev` are top-level domains, but a bare one has no address
 * (RFC 7085, ICANN SAC 053), and `shop.cluster.local` for those who ask for `shop` is what a search path is for.
 * A zone below the search domain is the operator's word that its names are meant: in a zone `dev.cluster.local`,
 * `web.dev.cluster.local` stands for no `web.dev`.
 */
export function shadowedBy(
  host: string,
  { zones, searchDomains }: SearchPath,
): Shadowed | undefined {
  const zone = zoneOf(host, zones) ?? ''
  for (const searchDomain of searchDomains) {
    if (!isBelow(host, searchDomain) || isBelow(zone, searchDomain)) continue
    const name = host.slice(0, -searchDomain.length - 1)
    const last = name.slice(name.lastIndexOf('.') + 1)
    if ((spokenOf(name) ?? name) === last || !(isTopLevel(last) || zoneOf(name, zones))) continue
    return { name, end: `${last}.${searchDomain}`, searchDomain }
  }
  return undefined
}

/** Whether a pattern says that just such names are meant: `*.dev.cluster.local` does, `**.cluster.local` not. */
export const isNamedBy = ({ end }: Shadowed, glob: Glob): boolean => isBelow(glob.text, end)

/** Private networks use these (RFC 6762 3 and appendix G, RFC 6761 6.3); no public list has them. */
const privateDomains = 'local localhost internal intranet private corp home lan'.split(' ')

/** By the public suffix list that tldts carries: no private suffix of it (`github.io`) has a last label of its own. */
const isTopLevel = (label: string): boolean =>
  privateDomains.includes(label) || parse(label, asItIs).isIcann === true

const asItIs = { extractHostname: false, validateHostname: false, detectIp: false }
