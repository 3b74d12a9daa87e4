import { namespaceOf, type Refusal } from './claim.ts'
import type { StoredClaim } from './conflicts.ts'

/**
 * What lies at or below a label with an underscore says something of the name above it (RFC 8552): who has
 * `_acme-challenge.shop.example` may get certificates for `shop.example`, and `_sip._tcp.shop.example` says where its
 * calls go.
 * @returns the name that is spoken of; undefined for a name without underscores
 */
export function spokenOf<Name extends string>(host: Name): Name | undefined {
  const last = host.lastIndexOf('_')
  if (last < 0) return undefined
  return host.slice(host.indexOf('.', last) + 1) as Name // the end of a name is one
}

/** Why a namespace may not speak of a name; undefined if it may. @param claims of the name that is spoken of */
export function objectionToSpeaking(
  namespace: string,
  name: string,
  claims: readonly StoredClaim[],
): Omit<Refusal, 'host'> | undefined {
  const [oldest] = claims
  if (!oldest || namespaceOf(oldest.owner) === namespace) return undefined
  return { reason: 'taken', message: `it speaks of ${name}, which ${oldest.owner} claimed first` }
}
