import { z } from 'zod'
import { ask, isRead, nothing } from '../asking/ask.ts'
import { controllerAddresses } from '../asking/controller.ts'
import type { Refusal } from '../claim.ts'
import { printable } from '../targets/targets.ts'
import { metadata, type NameKind } from './kind.ts'
import { hostsOf, patternsOf } from './traefik/hosts.ts'
import { httpMatchers, type Matchers, tcpMatchers } from './traefik/matchers.ts'
import { parseRule, RuleError } from './traefik/rule.ts'

const schema = z.object({
  metadata,
  spec: z
    .object({
      ingressClassName: z.string().nullish(),
      routes: z.array(z.object({ match: z.string().nullish() })).nullish(),
    })
    .nullish(),
})

type Routes = z.infer<typeof schema>

export const ingressRoute = kindOf('IngressRoute', httpMatchers)

export const ingressRouteTcp = kindOf('IngressRouteTCP', tcpMatchers)

/** Its routes have no rule, so it asks for names by annotation only. */
export const ingressRouteUdp = kindOf('IngressRouteUDP', tcpMatchers)

/**
 * Routes of Traefik, with the hosts that their rules name and serve. They have no status. Unlike ExternalDNS we
 * need no target annotation, publish no host behind a `!`, and read double quotes. Their group before Traefik 3,
 * `traefik.containo.us`, is not read.
 */
function kindOf(kind: string, matchers: Matchers): NameKind<Routes> {
  return {
    kind,
    group: 'traefik.io',
    versions: ['v1alpha1'],
    resource: `${kind.toLowerCase()}s`,
    isCustom: true,
    schema,
    asks(object, context) {
      if (!isRead(object.metadata, context.settings)) return nothing
      const { hosts, patterns, refused } = readRoutes(object, matchers)
      const targets = { controller: () => controllerAddresses(classOf(object), context) }
      const asked = ask(object, { hosts, targets }, context)
      const told = asked.asks.length === 0 ? patterns.map(namesNone) : []
      return { asks: asked.asks, refused: [...asked.refused, ...refused, ...told] }
    },
  }
}

function readRoutes({ spec }: Routes, matchers: Matchers) {
  const hosts: string[] = []
  const patterns: string[] = []
  const refused: Refusal[] = []
  for (const [index, { match }] of (spec?.routes ?? []).entries()) {
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

/** Told of an object that has no other names either. */
const namesNone = (pattern: string): Refusal => ({
  host: printable(pattern),
  reason: 'wildcard',
  message: 'a regular expression names no host: add them by Host or by the annotation hostname',
})

/**
 * As Traefik finds it (pkg/provider/kubernetes/crd, `getIngressClassName`): a spec that names none keeps the
 * annotation from being read. Without a class it is `traefik`, the default there.
 */
const classOf = ({ spec, metadata: { annotations } }: Routes): string =>
  (spec?.ingressClassName ?? annotations?.['kubernetes.io/ingress.class']) || 'traefik'
