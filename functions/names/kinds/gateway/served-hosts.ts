import { isHost, parseHost } from '../../host.ts'
import type { Listener } from './listener.ts'

/**
 * What of a host is served by listeners: for a wildcard it may be several hosts, none of them it.
 * A text that is no host at all stays as it is, to be refused as that.
 */
export function servedHosts(text: string, listeners: readonly Listener[]): readonly string[] {
  const host = text.toLowerCase().replace(/\.$/, '')
  if (!isHost(parseHost(host.replace(/^\*\./, '')))) return [text]
  const served = listeners.flatMap(({ hostname }) => {
    const both = intersection(host, hostname?.toLowerCase() ?? '')
    return both === undefined ? [] : [both]
  })
  return [...new Set(served)]
}

/**
 * The hosts that a route and a listener have in common, as one host: the more specific of the two. `*.` stands for
 * one label or more (Gateway API, HTTPRouteSpec.hostnames), and the empty host for all.
 * @param a lower case, without trailing dot; so is `b`
 * @example `*.example.com` and `a.b.example.com` → `a.b.example.com`; `*.example.com` and `example.com` → none
 */
export function intersection(a: string, b: string): string | undefined {
  if (a === b || b === '' || covers(b, a)) return a
  return a === '' || covers(a, b) ? b : undefined
}

const covers = (wildcard: string, host: string) =>
  wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1))
