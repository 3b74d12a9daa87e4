import { namespaceOf, type OwnerId, type Refusal } from './claim.ts'
import type { Host } from './host.ts'
import { mistakeIn } from './targets/beside.ts'
import { maxTargets } from './targets/targets.ts'

/** A claim for one host as it is kept: the list of a host's claims is in the order of their first commit. */
export interface StoredClaim {
  readonly owner: OwnerId
  /** Of the owner: an object re-created under the same name is a new claimant. */
  readonly uid: string
  readonly targets: readonly string[]
  readonly ttl: number
  /** When it was first committed, RFC 3339 in UTC seconds. For people: the order of the list is the age. */
  readonly since?: string | undefined
  /** Its owner gave it up or went, and `policy.mode` keeps the name until somebody else claims it. */
  readonly left?: boolean | undefined
}

/** What a host answers, and whose claims must wait. */
export interface Settlement {
  readonly targets: readonly string[]
  /** Seconds; the smallest of those who hold the name. */
  readonly ttl: number
  readonly refused: ReadonlyMap<OwnerId, Omit<Refusal, 'host'>>
}

/**
 * Who holds a host. The oldest claim does; claims of its namespace join it; claims of other namespaces share
 * it as long as they add no target. All others wait, and move up when the elder goes.
 * @param claims oldest first; none means that the host answers nothing
 */
export function settle(host: Host, claims: readonly StoredClaim[]): Settlement {
  const [oldest] = claims
  if (!oldest) return { targets: [], ttl: 0, refused: new Map() }
  const refused = new Map<OwnerId, Omit<Refusal, 'host'>>()
  const home = namespaceOf(oldest.owner)
  const targets = new Set(oldest.targets)
  let ttl = oldest.ttl
  const isHome = ({ owner }: StoredClaim) => namespaceOf(owner) === home
  const inOrder = [...claims.filter(isHome), ...claims.filter((claim) => !isHome(claim))]
  for (const claim of inOrder) {
    const added = claim.targets.filter((target) => !targets.has(target))
    const fits = added.length === 0 || (isHome(claim) && canJoin(host, [...targets, ...added]))
    if (fits) {
      for (const target of added) targets.add(target)
      ttl = Math.min(ttl, claim.ttl)
    } else {
      refused.set(claim.owner, {
        reason: 'taken',
        message: `${oldest.owner} claimed it first and points it to ${[...targets].join(', ')}`,
      })
    }
  }
  return { targets: [...targets].sort(), ttl, refused }
}

/**
 * A host's claims with an owner's one replaced in its place and as old as it was, added at the end, or given up.
 * @param mine undefined if the owner asks for the host no longer
 * @param keep whether a host that nobody else claims is left as it is then
 */
export function withClaim(
  claims: readonly StoredClaim[],
  owner: OwnerId,
  mine: StoredClaim | undefined,
  keep: boolean,
): readonly StoredClaim[] {
  const known = claims.find((claim) => claim.owner === owner && (!mine || claim.uid === mine.uid))
  const others = claims.filter((claim) => claim.owner !== owner)
  const replaced = (by: StoredClaim) => claims.map((claim) => (claim === known ? by : claim))
  const all = !mine
    ? known && keep
      ? replaced({ ...known, left: true })
      : others
    : known
      ? replaced({ ...mine, since: known.since })
      : [...others, mine]
  return withoutLeft(all)
}

/** Claims that were left count as long as there are no others. */
const withoutLeft = (claims: readonly StoredClaim[]): readonly StoredClaim[] => {
  const live = claims.filter(({ left }) => !left)
  return live.length > 0 ? live : claims
}

const canJoin = (host: Host, targets: readonly string[]) =>
  targets.length <= maxTargets && mistakeIn(host, targets) === undefined
