import { z } from 'zod'
import type { Claim, Refusal } from './claim.ts'
import { isHost, parseHost } from './host.ts'
import { parseTargets, printable } from './targets.ts'
import { isBelow } from './zone.ts'

const texts = z.array(z.object({ hosts: z.array(z.string()).nullish() })).nullish()
const address = z.object({ ip: z.string().nullish(), hostname: z.string().nullish() })
const loadBalancer = z.object({ ingress: z.array(address).nullish() })

/** What is read of a networking.k8s.io/v1 Ingress. */
export const ingressSchema = z.object({
  spec: z
    .object({
      rules: z.array(z.object({ host: z.string().nullish() })).nullish(),
      tls: texts,
    })
    .nullish(),
  status: z.object({ loadBalancer: loadBalancer.nullish() }).nullish(),
})

export type Ingress = z.infer<typeof ingressSchema>

export interface IngressDefaults {
  /** Used when the status names no address: IP addresses, or one host name. */
  readonly defaultTargets: readonly string[]
  readonly ttlSeconds: number
}

/**
 * The names that an Ingress asks for: the hosts of its rules and of its `tls`, as in ExternalDNS, each with
 * the targets of `status.loadBalancer`, else the default ones. A wildcard in `tls` speaks of a certificate
 * and not of a name, so it asks for nothing; in a rule it is refused.
 */
export function claimsOf(
  ingress: Ingress,
  defaults: IngressDefaults,
): { claims: readonly Claim[]; refused: readonly Refusal[] } {
  const claims = new Map<string, Claim>()
  const refused = new Map<string, Refusal>()
  const wanted = statedTargets(ingress)
  const targets = parseTargets(wanted.length > 0 ? wanted : defaults.defaultTargets)
  for (const text of statedHosts(ingress)) {
    const host = parseHost(text)
    const shown = isHost(host) ? host : printable(text)
    if (!isHost(host)) refused.set(shown, { host: shown, ...host })
    else if ('reason' in targets) refused.set(shown, { host: shown, ...targets })
    else if (targets.length === 0) refused.set(shown, noTarget(shown))
    else if (targets.some((target) => isAtOrBelow(target, host))) refused.set(shown, ownName(shown))
    else claims.set(host, { host, targets, ttlSeconds: defaults.ttlSeconds })
  }
  return { claims: [...claims.values()], refused: [...refused.values()] }
}

function statedHosts({ spec }: Ingress): string[] {
  const ofRules = (spec?.rules ?? []).flatMap(({ host }) => host ?? [])
  const ofTls = (spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? [])
  return [...ofRules, ...ofTls.filter((host) => !host.includes('*'))].filter((host) => host !== '')
}

const statedTargets = ({ status }: Ingress): string[] =>
  (status?.loadBalancer?.ingress ?? [])
    .flatMap(({ ip, hostname }) => [ip, hostname])
    .filter((target) => typeof target === 'string' && target !== '') as string[] // filtered just now

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
