import { z } from 'zod'
import { ask } from '../ask.ts'
import type { Refusal } from '../claim.ts'
import { controllerAddresses } from '../controller.ts'
import { printable } from '../targets.ts'
import { hostsOf, patternsOf } from '../traefik/hosts.ts'
import { httpMatchers, type Matchers, tcpMatchers } from '../traefik/matchers.ts'
import { parseRule, RuleError } from '../traefik/rule.ts'
import { metadata, type NameKind } from './kind.ts'

const schema = z.object({
  metadata,
  spec: z
    .object({
      ingressClassName: z.string().nullish(),
      routes: z.array(z.object({ match: z.string().nullish() })).nullish(),
    })
    .nullish(),
})

type TraefikRoutes = z.infer<typeof schema>

export const ingressRoute = traefikKind('IngressRoute', 'ingressroutes', httpMatchers)

export const ingressRouteTcp = traefikKind('IngressRouteTCP', 'ingressroutetcps', tcpMatchers)

/** Its routes have no rule, so that it asks for names by annotation only. */
export const ingressRouteUdp = traefikKind('IngressRouteUDP', 'ingressrouteudps', tcpMatchers)

/**
 * Routes of Traefik: the hosts that their rules serve for certain (see `hostsOf`). They have no status. Other
 * than with ExternalDNS a target annotation isn't needed, and hosts behind a `!` or in double quotes count as
 * they do for Traefik. The group of old, traefik.containo.us, is not read: Traefik 3 doesn't have it.
 */
function traefikKind(kind: string, resource: string, matchers: Matchers): NameKind<TraefikRoutes> {
  return {
    kind,
    group: 'traefik.io',
    versions: ['v1alpha1'],
    resource,
    schema,
    asks(object, context) {
      const { hosts, refused, patterns } = read(object, matchers)
      const targets = { controller: () => controllerAddresses(classOf(object), context) }
      const asked = ask(object, { hosts, targets }, context)
      const untold = asked.asks.length === 0 ? patterns.map(namesNone) : []
      return { asks: asked.asks, refused: [...asked.refused, ...refused, ...untold] }
    },
  }
}

function read(object: TraefikRoutes, matchers: Matchers) {
  const hosts: string[] = []
  const patterns: string[] = []
  const refused: Refusal[] = []
  for (const [index, { match }] of (object.spec?.routes ?? []).entries()) {
    if (match == null) continue
    try {
      const rule = parseRule(match, matchers)
      hosts.push(...hostsOf(rule))
      patterns.push(...patternsOf(rule))
    } catch (error) {
      if (!(error instanceof RuleError)) throw error
      const host = `spec.routes[${index}].match`
      refused.push({ host, reason: 'malformed', message: error.message })
    }
  }
  return { hosts, patterns, refused }
}

const namesNone = (pattern: string): Refusal => ({
  host: printable(pattern),
  reason: 'wildcard',
  message: 'a regular expression names no host: add Host, or the annotation hostname',
})

/** As Traefik finds it (pkg/provider/kubernetes/crd, `getIngressClassName`); `traefik` is its default. */
function classOf({ spec, metadata: { annotations } }: TraefikRoutes): string {
  const named = spec?.ingressClassName ?? annotations?.['kubernetes.io/ingress.class']
  return named || 'traefik'
}
