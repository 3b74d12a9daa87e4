import type { OwnerId, Standing } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import type { HostOutcome } from './write-host.ts'

/**
 * The claimants of a host who are refused it now, or for another reason than before, or no longer.
 * @param except the owner whose own claim was written: it learns of its refusals otherwise
 */
export function changedStandings(
  host: Host,
  claims: readonly StoredClaim[],
  { refused, refusedBefore }: HostOutcome,
  except?: OwnerId,
): readonly Standing[] {
  if (refused.size + refusedBefore.size === 0) return []
  return claims
    .filter(({ owner }) => owner !== except)
    .filter(({ owner }) => refused.get(owner)?.message !== refusedBefore.get(owner)?.message)
    .map((claim) => standing(host, claim, refused))
}

/** How every claimant of a host stands. */
export const allStandings = (
  host: Host,
  claims: readonly StoredClaim[],
  { refused }: HostOutcome,
): readonly Standing[] => claims.map((claim) => standing(host, claim, refused))

function standing(
  host: Host,
  { owner, uid }: StoredClaim,
  refused: HostOutcome['refused'],
): Standing {
  const refusal = refused.get(owner)
  return { owner, uid, host, refusal: refusal && { host, ...refusal } }
}
