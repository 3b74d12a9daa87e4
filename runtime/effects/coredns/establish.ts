import { isDeepStrictEqual } from 'node:util'
import type { Wish } from '../../../functions/corefile/wish.ts'
import { GiveUp, messageOf, RetryLater } from '../../errors.ts'
import type { Difference } from './differences.ts'
import { differencesOf } from './differences.ts'
import { insist } from './insist.ts'
import { type MarkerStore, provenIn } from './marker.ts'
import { dataOf, isOurs } from './secret.ts'
import { bring, type Installation } from './steps.ts'
import { type Found, type Goal, wantedOf } from './wanted.ts'

export interface Establishing extends Installation {
  readonly markers: MarkerStore
  /** Asks CoreDNS for names in zones. @returns who answered @throws RetryLater if one doesn't */
  prove(zones: readonly string[], signal: AbortSignal): Promise<readonly string[]>
  /** Of the way there, and of the way back. */
  readonly deadlineMs: number
}

export interface Established {
  readonly changed: readonly Difference[]
  readonly notes: readonly string[]
  readonly asked: readonly string[]
}

/**
 * Brings CoreDNS to what a wish asks for and proves it; else back to what was proven before, or to nothing of ours. The
 * marker says at any time where it is to be, so that a process that was killed is followed by one that goes on.
 * @throws GiveUp if it can't be had, with all as it was; RetryLater if what was proven before does not answer now
 */
export async function establish(
  wish: Wish,
  { found, goal }: { readonly found: Found; readonly goal: Goal },
  parts: Establishing,
  signal: AbortSignal,
): Promise<Established> {
  const { markers, clock, deadlineMs } = parts
  const wanted = wantedOf(found, goal) // refused before anything is done
  const changed = differencesOf(found, goal, wanted)
  const marker = await markers.read()
  const before = provenIn(marker)
  const secretBefore = found.secret && isOurs(found.secret) ? dataOf(found.secret) : undefined
  const isProven =
    isDeepStrictEqual(before, wish) &&
    (wanted.secret === undefined || isDeepStrictEqual(secretBefore, wanted.secret))
  if (!isProven || !marker?.isProven) {
    await markers.write({ wish, isProven: false, ...(before && { before }) })
  }
  const timed = { withinMs: deadlineMs, clock, signal }
  try {
    const asked = await insist(async (within) => {
      await bring(goal, parts, within)
      return parts.prove(wish.zones, within)
    }, timed)
    await markers.write({ wish, isProven: true })
    return { changed, notes: wanted.notes, asked }
  } catch (error) {
    signal.throwIfAborted() // whoever comes next goes on
    if (isProven) throw new RetryLater(`CoreDNS does not serve: ${messageOf(error)}`)
    await insist(
      (within) => bring({ wish: before, secret: secretBefore }, parts, within),
      timed,
    ).catch((failure: unknown) => {
      signal.throwIfAborted()
      throw new GiveUp(
        `CoreDNS does not serve (${messageOf(error)}), and it could not be put back: ${messageOf(failure)}`,
      )
    })
    await markers.write(before && { wish: before, isProven: true })
    throw new GiveUp(`CoreDNS is as it was before, since it did not serve: ${messageOf(error)}`)
  }
}
