import { isIP, SocketAddress } from 'node:net'
import type { RefusalReason } from '../claim.ts'
import { isHost, parseHost } from '../host.ts'
import { type TypedTarget, writeTarget } from './target.ts'

/** More than this for one name fit neither an answer nor a transaction well. */
export const maxTargets = 32

export interface InvalidTargets {
  readonly reason: RefusalReason
  readonly message: string
}

/**
 * Reads targets into what {@link Claim.targets} asks for. A text is an address or a name, never another type.
 * Addresses win over names, as in ExternalDNS (a name can't have a CNAME beside other records, RFC 1034 3.6.2).
 * IPv6 is written canonically (RFC 5952).
 */
export function parseTargets(
  stated: readonly (string | TypedTarget)[],
): readonly string[] | InvalidTargets {
  const addresses = new Set<string>()
  const names = new Set<string>()
  const typed = new Set<string>()
  for (const text of stated) {
    if (typeof text !== 'string') typed.add(writeTarget(text))
    else if (isIP(text) === 4) addresses.add(text)
    else if (isIP(text) === 6 && !text.includes('%')) addresses.add(canonical(text))
    else {
      const name = parseHost(text)
      if (!isHost(name)) {
        return { reason: 'invalid-target', message: `target "${printable(text)}": ${name.message}` }
      }
      names.add(name)
    }
  }
  const targets = [...(addresses.size > 0 ? addresses : names), ...typed].sort()
  if (targets.length > maxTargets) {
    return {
      reason: 'too-many-targets',
      message: `${targets.length} targets, at most ${maxTargets}`,
    }
  }
  if (addresses.size === 0 && names.size > 1) {
    return {
      reason: 'invalid-target',
      message: `a CNAME has one target, not ${targets.join(', ')}`,
    }
  }
  return targets
}

/** A text from outside as part of a message: cut, and without what steers a terminal or turns a line. */
export const printable = (text: string, maxLength = 260): string =>
  text.slice(0, maxLength).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')

/** An IPv4 address in IPv6's clothes is answered as what it is, as CoreDNS does (Go's net.IP.To4). */
function canonical(text: string): string {
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const mapped = address.replace(/^::ffff:/, '')
  return isIP(mapped) === 4 ? mapped : address
}
