import { objectionToSpeaking, spokenOf } from '../../../functions/names/attribute.ts'
import {
  type Claim,
  comparePositions,
  namespaceOf,
  type Owner,
  type OwnerId,
  ownerId,
  type Refusal,
  type Standing,
} from '../../../functions/names/claim.ts'
import { type StoredClaim, withClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import {
  fittingNames,
  maxClaimsBytes,
  tooManyClaims,
} from '../../../functions/names/policy/limits.ts'
import { type Limits, noLimits } from '../../../functions/names/policy/policy.ts'
import type { Keys } from '../../../functions/names/records/keys.ts'
import type { Pointing } from '../../../functions/names/records/pointer.ts'
import { maxNamesAbove } from '../../../functions/names/records/subtree.ts'
import { maxTargets } from '../../../functions/names/targets/targets.ts'
import { formatOwner, parseOwner, readClaims } from './documents.ts'
import type { View } from './draft.ts'
import { quotaOf } from './quota.ts'
import { changedStandings } from './standings.ts'
import { type WritingOptions, writeHost } from './write-host.ts'

/** What an object asks for now; `goneLease` instead of claims for one that went. */
export interface Wish {
  readonly owner: Owner
  readonly claims: readonly Claim[]
  /** Keeps the memory of an owner that went for as long as the lease lives. */
  readonly goneLease?: string
  /** The date of now, see {@link StoredClaim.since}. */
  readonly since?: string
  /** Default: none. */
  readonly limits?: Limits
}

export interface Step {
  readonly changed: boolean
  /** Something newer is stored: nothing was done. */
  readonly late: boolean
  readonly refused: readonly Refusal[]
  /** Other owners who got or lost a host by it. */
  readonly standings: readonly Standing[]
  /** Owners in whose namespace a host is now, and was not before. */
  readonly heirs: readonly OwnerId[]
  /** What points back to the hosts that were written, to be looked at once that is committed. */
  readonly pointings: readonly Pointing[]
  /** Hosts that did not fit this transaction any more; none when the wish is fulfilled. */
  readonly rest: readonly Host[]
}

const nothingDone: Step = {
  changed: false,
  late: false,
  refused: [],
  standings: [],
  heirs: [],
  pointings: [],
  rest: [],
}

/** What one host may touch: its claims, those of a name that it speaks of, records that it had and that it gets, placeholders with what proves them. */
const keysOfHost = 2 + 2 * maxTargets + 4 * (1 + maxNamesAbove)
/**
 * What one host may write: its claims and its records, of some 3,000 bytes with the longest names and texts. What JSON
 * escapes of texts counts twice.
 */
const bytesOfHost = 2 * maxClaimsBytes + (maxTargets + 1 + maxNamesAbove) * 3_000

/**
 * Brings what is stored for one owner to what it asks for, host by host; a host's claims and records are
 * written in one transaction. The owner's document goes first and lists every host that is touched, so that
 * a wish which was interrupted half-way is taken up, or taken back, by whoever handles the next event.
 * @param only the hosts still to do; all of them if left out
 */
export function applyClaims(
  view: View,
  { owner, claims, goneLease, since, limits = noLimits }: Wish,
  options: WritingOptions,
  only?: readonly Host[],
): Step {
  const id = ownerId(owner)
  const key = options.keys.owner(id)
  const stored = parseOwner(view.get(key))
  const age = stored ? comparePositions(stored.at, owner.at) : -1
  if (age > 0 || (age === 0 && stored?.gone)) return { ...nothingDone, late: true }

  const { fitting, refused: over } = fittingNames(claims)
  const wanted = new Map(fitting.map((claim) => [claim.host, claim]))
  const all = [...new Set([...(stored?.hosts ?? []), ...wanted.keys()])]
  const rest = [...(only ?? all)]
  const refused: Refusal[] = only ? [] : [...over]
  const standings: Standing[] = []
  const heirs: OwnerId[] = []
  const pointings: Pointing[] = []
  const quota = quotaOf(view, owner.namespace, limits, options.keys)
  const bytesOfOne = bytesOfHost + all.reduce((sum, { length }) => sum + length + 3, 0)
  let changed = false
  while (rest.length > 0 && view.room >= keysOfHost && view.bytesLeft >= bytesOfOne) {
    const host = rest.shift() as Host // its length was asked just now
    const claim = wanted.get(host)
    const before = readClaims(view, options.keys, host)
    const objection =
      claim && (toSpeaking(view, host, owner, options.keys) ?? quota.objection(before, id))
    if (objection) {
      refused.push({ host, ...objection })
      wanted.delete(host)
    }
    const { targets, ttlSeconds: ttl = 0 } = claim ?? {}
    const mine =
      targets && !objection ? { owner: id, uid: owner.uid, targets, ttl, since } : undefined
    const asked = withClaim(before, id, mine, limits.keepNames && !objection)
    const tooMany = mine && tooManyClaims(asked)
    const after = tooMany ? withClaim(before, id, undefined, false) : asked
    quota.note(before, after)
    const outcome = writeHost(view, host, after, options, before)
    standings.push(...changedStandings(host, after, outcome, id))
    heirs.push(...heirsOf(before, after, id))
    pointings.push(...(outcome.pointings ?? []))
    changed ||= outcome.changed
    const refusal = tooMany ?? outcome.refused.get(id)
    if (mine && refusal) refused.push({ host, ...refusal })
  }
  quota.close()
  const hosts = rest.length > 0 ? all : [...wanted.keys()]
  const gone = goneLease !== undefined && rest.length === 0
  view.put(
    key,
    formatOwner({ uid: owner.uid, at: owner.at, hosts, gone }),
    gone ? goneLease : undefined,
  )
  return { changed, late: false, refused, standings, heirs, pointings, rest }
}

function toSpeaking(view: View, host: Host, { namespace }: Owner, keys: Keys) {
  const name = spokenOf(host)
  return name && objectionToSpeaking(namespace, name, readClaims(view, keys, name))
}

/** Names below a host may be theirs now, which they were refused (see `attribute.ts`). */
function heirsOf(
  [oldest]: readonly StoredClaim[],
  after: readonly StoredClaim[],
  except: OwnerId,
): readonly OwnerId[] {
  const [heir] = after
  if (!oldest || !heir || namespaceOf(oldest.owner) === namespaceOf(heir.owner)) return []
  const owners = after.map(({ owner }) => owner)
  return owners.filter(
    (owner) => owner !== except && namespaceOf(owner) === namespaceOf(heir.owner),
  )
}
