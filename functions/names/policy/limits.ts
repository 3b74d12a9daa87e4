import type { Claim, Refusal } from '../claim.ts'
import type { StoredClaim } from '../conflicts.ts'

/**
 * What is kept in one value has a bound, since etcd takes no request of more than 1.5 MiB
 * (embed.DefaultMaxRequestBytes) and each change writes the value anew.
 */

/** Of the host names of one owner: 10,000 names of 23 characters, say. */
export const maxNamesBytes = 256 * 1024
/** Of the claims on one host: some 300 owners with one address each. Each change of one reads and writes all. */
export const maxClaimsBytes = 64 * 1024

/** The first claims of an owner that its document holds; the others are refused. */
export function fittingNames(claims: readonly Claim[]): {
  readonly fitting: readonly Claim[]
  readonly refused: readonly Refusal[]
} {
  let bytes = 0
  const firstOver = claims.findIndex(({ host }) => {
    bytes += host.length + 3 // quotes and a comma
    return bytes > maxNamesBytes
  })
  if (firstOver < 0) return { fitting: claims, refused: [] }
  const message = `its object has more host names than are kept of one, ${maxNamesBytes / 1024} KiB: split it`
  const refused = claims
    .slice(firstOver)
    .map(({ host }) => ({ host, reason: 'too-many-names' as const, message }))
  return { fitting: claims.slice(0, firstOver), refused }
}

/** Why a host takes no further claim; undefined if it does. @param claims with the one in question */
export function tooManyClaims(claims: readonly StoredClaim[]): Omit<Refusal, 'host'> | undefined {
  let bytes = 0
  for (const { owner, uid, targets } of claims) {
    bytes += owner.length + uid.length + targets.join('","').length + 100
  }
  if (bytes <= maxClaimsBytes) return undefined
  return {
    reason: 'too-many-claims',
    message: `${claims.length - 1} objects claim it already, and no more are kept for one name`,
  }
}
