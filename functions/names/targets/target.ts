import { isIP } from 'node:net'

/**
 * What a name is to answer, taken apart. In claims, in the record store and for people a target is one text: an
 * address, a name (CNAME), or type and data as in a zone file (RFC 1035 5.1), each with one spelling.
 *
 * @example `10.0.0.1`, `lb.example.com`, `TXT "v=spf1 -all"`, `SRV 0 50 30080 node.example`, `MX 10 mail.example`
 */
export type Target =
  | { readonly type: 'A' | 'AAAA' | 'CNAME'; readonly host: string }
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'MX'; readonly priority: number; readonly host: string }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly host: string
    }

export type TargetType = Target['type']

/**
 * A target whose type has to be named. It is taken apart and no text, since texts come from outside: whoever may
 * write addresses into an annotation writes no TXT record with it. Only kinds that read record types make one: from
 * texts by `typedTarget`, else with a parsed host.
 */
export type TypedTarget = Exclude<Target, { readonly type: 'A' | 'AAAA' | 'CNAME' }>

/** Takes a target of a claim apart; what has the shape of none is a name. */
export function readTarget(target: string): Target {
  const version = isIP(target)
  if (version > 0) return { type: version === 4 ? 'A' : 'AAAA', host: target }
  const text = /^TXT "(.*)"$/s.exec(target)?.[1]
  if (text !== undefined) return { type: 'TXT', text: text.replaceAll(/\\(.)/gs, '$1') }
  const mx = /^MX (\d+) (\S+)$/.exec(target)
  if (mx) return { type: 'MX', priority: Number(mx[1]), host: mx[2] ?? '' }
  const srv = /^SRV (\d+) (\d+) (\d+) (\S+)$/.exec(target)
  if (!srv) return { type: 'CNAME', host: target }
  const [priority = 0, weight = 0, port = 0] = srv.slice(1, 4).map(Number)
  return { type: 'SRV', priority, weight, port, host: srv[4] ?? '' }
}

/** The inverse of {@link readTarget}. */
export function writeTarget(target: Target): string {
  switch (target.type) {
    case 'TXT':
      return `TXT "${target.text.replaceAll(/["\\]/g, '\\$&')}"`
    case 'MX':
      return `MX ${target.priority} ${target.host}`
    case 'SRV':
      return `SRV ${target.priority} ${target.weight} ${target.port} ${target.host}`
    case 'A':
    case 'AAAA':
    case 'CNAME':
      return target.host
  }
}

/** The address or the name that a target sends clients to; a text sends them nowhere. */
export function hostOfTarget(target: string): string | undefined {
  const read = readTarget(target)
  return read.type === 'TXT' ? undefined : read.host
}

/** A target without its type, for where that is told beside it. */
export const dataOfTarget = (target: string): string => target.replace(/^(?:TXT|MX|SRV) /, '')
