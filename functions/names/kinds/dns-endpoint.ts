import { z } from 'zod'
import { isRead, nothing } from '../asking/ask.ts'
import type { Refusal } from '../claim.ts'
import type { Host } from '../host.ts'
import { mistakeIn } from '../targets/beside.ts'
import { targetsOfType } from '../targets/record-type.ts'
import { type TypedTarget, writeTarget } from '../targets/target.ts'
import { printable } from '../targets/targets.ts'
import { type AskContext, type Asked, type AskSettings, metadata, type NameKind } from './kind.ts'

const endpoint = z.object({
  dnsName: z.string().nullish(),
  recordType: z.string().nullish(),
  recordTTL: z.number().nullish(),
  targets: z.array(z.string()).nullish(),
})

const schema = z.object({
  metadata: metadata.extend({ generation: z.number().nullish() }),
  spec: z.object({ endpoints: z.array(endpoint.nullish()).nullish() }).nullish(),
  status: z.object({ observedGeneration: z.number().nullish() }).nullish(),
})

type Endpoint = z.infer<typeof endpoint>
export type DnsEndpoint = z.infer<typeof schema>

/**
 * ExternalDNS's own kind: each endpoint is a name with the targets of one type. As there, no annotation says a name,
 * a target or a TTL, and an endpoint without targets has the default ones. Otherwise than there, whatever can't be
 * served is refused, not logged or written in a way that CoreDNS can't answer (SRV, MX); of a TXT all targets
 * count, and quotes as in a zone file are no part of the text.
 */
export const dnsEndpoint: NameKind<DnsEndpoint> = {
  kind: 'DNSEndpoint',
  group: 'externaldns.k8s.io',
  versions: ['v1alpha1'],
  resource: 'dnsendpoints',
  isCustom: true,
  schema,
  asks: (object, context) =>
    isRead(object.metadata, context.settings) ? asked(object, context) : nothing,
  unobserved({ metadata: { generation, ...others }, status }, settings) {
    const isNew = generation !== status?.observedGeneration && isRead(others, settings)
    return isNew ? (generation ?? undefined) : undefined
  },
}

/** What one name is asked for by the endpoints that were read so far. */
interface Wish {
  readonly targets: readonly (string | TypedTarget)[]
  readonly ttlSeconds: number
}

/** Of one name's endpoints those that come first have it; one that can't stand beside them is refused. */
function asked({ spec }: DnsEndpoint, { settings }: AskContext): Asked {
  const wishes = new Map<string, Wish>()
  const refused = new Map<string, Refusal>()
  for (const [index, each] of (spec?.endpoints ?? []).entries()) {
    if (!each) continue
    const host = printable(each.dnsName ?? '')
      .toLowerCase()
      .replace(/\.$/, '')
    const wish = added(host, wishes.get(host), each, settings)
    if (!('reason' in wish)) {
      wishes.set(host, wish)
      continue
    }
    const told = `spec.endpoints[${index}] (${printable(each.recordType || 'no type', 20)}): ${wish.message}`
    const earlier = refused.get(host)?.message
    const message = earlier === undefined ? told : `${earlier}; ${told}`
    refused.set(host, { host, reason: wish.reason, message })
  }
  const asks = [...wishes].map(([host, wish]) => ({ host, ...wish }))
  return { asks, refused: [...refused.values()] }
}

function added(
  host: string,
  before: Wish | undefined,
  { recordType, recordTTL, targets: stated }: Endpoint,
  { ttlSeconds: defaultTtl, targets: { default: fallback } }: AskSettings,
): Wish | Omit<Refusal, 'host'> {
  const ttlSeconds = recordTTL || defaultTtl // 0 is none
  if (ttlSeconds < 0 || ttlSeconds > maxTtlSeconds)
    return { reason: 'malformed', message: `its recordTTL must be 0 to ${maxTtlSeconds}` }
  const own = targetsOfType(recordType ?? '', stated ?? [], fallback)
  if ('reason' in own) return own
  const targets = [...(before?.targets ?? []), ...own]
  const texts = targets.map((each) => (typeof each === 'string' ? each : writeTarget(each)))
  const mistake = mistakeIn(host as Host, texts) // whether it is one is seen later
  if (mistake !== undefined) return { reason: 'invalid-target', message: mistake }
  return { targets, ttlSeconds: Math.min(ttlSeconds, before?.ttlSeconds ?? ttlSeconds) }
}

/** RFC 2181 8 */
const maxTtlSeconds = 2 ** 31 - 1
