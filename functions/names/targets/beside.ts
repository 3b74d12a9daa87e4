import type { Host } from '../host.ts'
import { isBelow } from '../zone.ts'
import { readTarget, type Target } from './target.ts'

/**
 * Why CoreDNS would not answer a host with just these targets, each asked for by its type; undefined if it does.
 *
 * It follows a host name in a value as an alias, whatever it is there for: who asks the name of an SRV or MX record
 * for A, AAAA or TXT is sent to the record's host. Only a host that is the name itself or lies below it is not
 * followed (plugin/backend_lookup.go), which is also why no alias may point there.
 */
export function mistakeIn(host: Host, targets: readonly string[]): string | undefined {
  const read = targets.map(readTarget)
  const alias = read.find(({ type }) => type === 'CNAME')
  if (alias && targets.length > 1)
    return `a CNAME stands alone, not with ${targets.length - 1} others`
  if (alias && isWithin(host, alias))
    return 'CoreDNS drops a CNAME whose target is the name itself or below it'
  const followed = read.find((target) => isService(target) && !isWithin(host, target))
  const disturbed = followed && read.find((target) => !isService(target))
  if (!followed || !disturbed) return undefined
  return (
    `CoreDNS would answer its ${disturbed.type} records with an alias to the host of its ${followed.type} record, ` +
    'unless that is the name itself or below it: give one of the two a name of its own'
  )
}

const isService = ({ type }: Target) => type === 'SRV' || type === 'MX'

const isWithin = (host: Host, target: Target) =>
  target.type !== 'TXT' && (target.host === host || isBelow(target.host, host))
