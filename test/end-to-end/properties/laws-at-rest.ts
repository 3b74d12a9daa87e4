import type { Settings } from '../../../runtime/function.ts'
import { isInTheWay } from './foreign.ts'
import { placeholderFor, recordsFor } from './laws.ts'
import { idOf, type Model } from './model.ts'
import type { Snapshot } from './store.ts'
import { ancestors, silentAnyway } from './zones.ts'

/** What must hold, beside all the other laws, when every replica has reconciled and nothing happens any more. */
export function faultsAtRest(now: Snapshot, model: Model, settings: Settings): readonly string[] {
  const { zones } = settings.policy
  return [
    ...ownersOfYesterday(now, model),
    ...[...now.claims.keys()].flatMap((host) => silentWithoutCause(host, now, model)),
    ...placeholdersAreRight(),
  ]

  /** A name may be silent beside somebody who was there first, or who took a key of ours. */
  function silentWithoutCause(host: string, { claims, records }: Snapshot, of: Model): string[] {
    const wanted = recordsFor(host, claims.get(host) ?? [], of)
    const isRobbed = wanted.some(({ key }) => of.foreign.has(key))
    const beside =
      of.held.get(host) !== 'surely' &&
      [...of.foreign.values()].some((key) => isInTheWay(key, host, zones))
    const kept = records.get(host)?.size ?? 0
    if (isRobbed && kept > 0) return [`${host} answers in part`]
    return kept > 0 || isRobbed || beside ? [] : [`${host} is silent, and nobody is in its way`]
  }

  function placeholdersAreRight(): string[] {
    const above = [...now.claims.keys()].flatMap((host) => ancestors(host, zones))
    const needed = new Set([...silentAnyway(zones), ...above])
    const isTaken = (name: string) => model.foreign.has(placeholderFor(name, model).key)
    const missing = [...needed].filter((name) => !isTaken(name) && !now.placeholders.has(name))
    const needless = [...now.placeholders.keys()].filter((name) => !needed.has(name))
    return [
      ...missing.map((name) => `${name} has no placeholder`),
      ...needless.map((name) => `${name} has a placeholder that it does not need`),
    ]
  }
}

const ownersOfYesterday = ({ owners }: Snapshot, { cluster }: Model): string[] =>
  [...owners]
    .filter(([, { gone }]) => !gone)
    .filter(([owner, { at }]) => {
      const object = cluster.now(idOf(owner))
      return object?.metadata.resourceVersion !== String(at.version)
    })
    .map(([owner, { at }]) => `${owner} is kept as of ${at.version}, not as it is`)
