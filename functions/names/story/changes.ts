import type { OwnerId } from '../claim.ts'
import type { KeptName } from './kept.ts'

/** What a host answers, for whom. */
export interface Answering {
  readonly targets: readonly string[]
  readonly ttl: number | undefined
  /** The holder first. */
  readonly owners: readonly OwnerId[]
}

/** A host that answers otherwise than before, or only before, or only now. */
export interface NameChange {
  readonly host: string
  readonly before?: Answering
  readonly after?: Answering
}

/**
 * Which hosts of ours answer otherwise, sorted. A name that only changes hands, with the same targets and TTL,
 * is not among them.
 */
export function changesBetween(
  before: readonly KeptName[],
  after: readonly KeptName[],
): readonly NameChange[] {
  const [old, now] = [answering(before), answering(after)]
  const changes: NameChange[] = []
  for (const host of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(host), now.get(host)]
    if (was && is && sameAnswer(was, is)) continue
    changes.push({ host, ...(was && { before: was }), ...(is && { after: is }) })
  }
  return changes
}

const answering = (names: readonly KeptName[]): ReadonlyMap<string, Answering> =>
  new Map(
    names
      .filter(({ targets, foreignKey }) => targets.length > 0 && foreignKey === undefined)
      .map(({ host, targets, ttl, owners }) => [host, { targets, ttl, owners }]),
  )

const sameAnswer = (a: Answering, b: Answering): boolean =>
  a.ttl === b.ttl && a.targets.join() === b.targets.join()
