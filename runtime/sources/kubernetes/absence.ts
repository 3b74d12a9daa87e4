import type { RememberedOwner } from '../../world-memory.ts'

/** What is said of owners that are stored and that a complete list of the cluster does not name. */
export interface Verdict {
  readonly gone: readonly RememberedOwner[]
  readonly withheld?: { readonly owners: number; readonly reason: string }
}

export interface Guard {
  /** Part of the owners that may be missing at once, 0 to 1; default 0.5. */
  readonly share: number
  /** So few may be missing, whatever their share; default 10. */
  readonly minimum: number
}

export interface Sighting {
  readonly remembered: readonly RememberedOwner[]
  /** `namespace/name` of each object listed. */
  readonly listed: ReadonlySet<string>
  /** resourceVersion of the list. */
  readonly version: bigint
  readonly era: number
  /** An operator says that what is missing is really gone. */
  readonly confirmed: boolean
}

/**
 * Absence is proved by a complete list of a world that is not older than what we remember, as long as it
 * does not take away so much that a mistake is likelier: an emptied store, a wrong proxy, a lost backup.
 */
export function judgeAbsence(sighting: Sighting, guard: Guard): Verdict {
  const { remembered, listed, version, era, confirmed } = sighting
  const missing = remembered.filter(({ owner }) => !listed.has(`${owner.namespace}/${owner.name}`))
  const ofThisEra = (each: RememberedOwner) => each.owner.at.era === era
  const gone = missing.filter((each) => !ofThisEra(each) || each.owner.at.version <= version)
  if (confirmed) return { gone }

  if (isOlderWorld(sighting)) {
    return withhold(
      missing.length,
      'the cluster is older than the names: was it restored from a backup?',
    )
  }
  const named = remembered.filter(({ names }) => names > 0).length
  const losing = gone.filter(({ names }) => names > 0).length
  if (losing > guard.minimum && losing > named * guard.share) {
    return withhold(
      gone.length,
      `${losing} of ${named} objects with names are missing at once, more than ${guard.share * 100} %`,
    )
  }
  return { gone }
}

/** Whether something that we applied is newer than the whole list. */
export const isOlderWorld = ({ remembered, version, era }: Sighting): boolean =>
  remembered.some(({ owner }) => owner.at.era === era && owner.at.version > version)

const withhold = (owners: number, reason: string): Verdict => ({
  gone: [],
  withheld: { owners, reason },
})
