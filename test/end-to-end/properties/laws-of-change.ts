import { comparePositions, type OwnerId } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import { type ForeignKey, isInTheWay } from './foreign.ts'
import { recordsFor } from './laws.ts'
import type { Model } from './model.ts'
import { answers, type Snapshot } from './store.ts'

/** What happened between two looks at the store. */
export interface Passage {
  readonly before: Snapshot
  readonly now: Snapshot
  readonly model: Model
  /** Who was at work, with the zones they serve and the foreign keys that they knew of. */
  readonly actors: readonly {
    readonly zones: readonly string[]
    readonly seen: readonly ForeignKey[]
  }[]
  /** Owners of which two events were handled between the two looks, in either order, or who were asked again. */
  readonly raced: ReadonlySet<OwnerId>
  /** Names of which somebody took a key, be it put back or not. */
  readonly robbed: ReadonlySet<string>
  /** Names that were ours, be they silent now or not. */
  readonly heldBefore: ReadonlySet<string>
}

/** What must hold of each change of the store. */
type Law = (passage: Passage) => readonly string[]

const positionsOnlyGrow: Law = ({ before, now }) =>
  [...before.owners].flatMap(([owner, { at }]) => {
    const after = now.owners.get(owner)
    return after && comparePositions(after.at, at) >= 0
      ? []
      : [`${owner} went back from ${at.version}`]
  })

/** A claim's age is its first commit: who stays keeps its place, who is new comes last. */
const ageIsKept: Law = ({ before, now, raced }) =>
  [...now.claims].flatMap(([host, claims]) => {
    const settled = ({ owner }: StoredClaim) => !raced.has(owner)
    const old = (before.claims.get(host) ?? []).filter(settled).map(claimant)
    const present = claims.filter(settled).map(claimant)
    const stayed = old.filter((each) => present.includes(each))
    const added = present.filter((each) => !old.includes(each))
    const isKept = `${present}` === `${[...stayed, ...added]}`
    return isKept ? [] : [`the claims for ${host} were ${old}, and are ${present}`]
  })

const claimant = ({ owner, uid }: StoredClaim) => `${owner} ${uid}`

/** Names that somebody else stood in the way of first, as every actor could know, are not taken. */
const nothingIsTakenFromOthers: Law = ({ before, now, model, actors, heldBefore }) =>
  [...now.records.keys()]
    .filter((host) => !answers(before, host) && !model.damaged.has(host) && actors.length > 0)
    .filter((host) => !heldBefore.has(host))
    .filter((host) =>
      actors.every(({ zones, seen }) => seen.some((key) => isInTheWay(key, host, zones))),
    )
    .map((host) => `${host} was taken, though somebody else was there first`)

/** A name that we answered is not given up to somebody who came later, unless he took its very key. */
const nothingIsLostToLatecomers: Law = ({ before, now, model, raced, robbed }) =>
  [...before.records.keys()]
    .filter((host) => !answers(now, host) && !model.damaged.has(host) && !robbed.has(host))
    .filter((host) => {
      const claims = now.claims.get(host) ?? []
      const [oldest] = before.claims.get(host) ?? []
      const holds = oldest && claims[0] && claimant(claims[0]) === claimant(oldest)
      const keys = recordsFor(host, claims, model).map(({ key }) => key)
      return holds && !raced.has(oldest.owner) && !keys.some((key) => model.foreign.has(key))
    })
    .map((host) => `${host} fell silent, though its claim was there first`)

const laws: readonly Law[] = [
  positionsOnlyGrow,
  ageIsKept,
  nothingIsTakenFromOthers,
  nothingIsLostToLatecomers,
]

export const faultsOfChange: Law = (passage) => laws.flatMap((law) => law(passage))
