import { settle } from '../../../functions/names/conflicts.ts'
import {
  isProven,
  judgeTakeover,
  type KeysOfName,
  type TakeoverOptions,
  targetsOf,
} from '../../../functions/names/external-dns/takeover.ts'
import type { Host } from '../../../functions/names/host.ts'
import type { DnsRecord, RecordOptions } from '../../../functions/names/records/record.ts'
import { zoneOf } from '../../../functions/names/zone.ts'
import type { StoredNames } from './stored-names.ts'

export interface AdoptionWish extends Omit<TakeoverOptions, 'keys'> {
  /** What becomes of names of that owner which no object claims. */
  readonly unclaimed: 'keep' | 'remove'
}

/** A name of ExternalDNS: what it answers, and what it will. */
export interface AdoptedName {
  readonly name: string
  readonly was: readonly string[]
  readonly becomes: readonly string[]
  /** How many keys of others go with it. */
  readonly keys: number
}

export interface RefusedName {
  readonly name: string
  readonly message: string
}

export interface AdoptionPlan {
  /** Names that objects claim, and that may be taken over. */
  readonly names: readonly AdoptedName[]
  /** Names that objects claim, and that must wait on. */
  readonly refused: readonly RefusedName[]
  /** Names that no object claims: left, or removed where that is wished and the keys say whose they are. */
  readonly unclaimed: readonly (AdoptedName & { readonly removed: boolean })[]
}

/** One name's transaction. */
export interface Takeover {
  readonly name: Host
  readonly take: readonly DnsRecord[]
  /** False for a name that only goes. */
  readonly claimed: boolean
}

/**
 * What is to be done, in rounds, each of which makes way for the next: a name waits for keys above it, with which
 * CoreDNS would answer that name, and for entries at it that speak of another name.
 */
export function planTakeovers(
  stored: StoredNames,
  wish: AdoptionWish,
  { keys, zones }: Pick<RecordOptions, 'keys' | 'zones'>,
): { readonly plan: AdoptionPlan; readonly rounds: readonly (readonly Takeover[])[] } {
  const judging = { ...wish, keys }
  const left = new Map([...stored.foreign].filter(([name]) => zoneOf(name, zones)))
  const gone = new Set<string>()
  const names: AdoptedName[] = []
  const unclaimed: (AdoptedName & { removed: boolean })[] = []
  const rounds: Takeover[][] = []
  for (;;) {
    const round: Takeover[] = []
    const refused: RefusedName[] = []
    for (const [name, keysOfName] of left) {
      const claims = stored.claims(name)
      const claimed = claims.length > 0
      const above = claimed ? stored.foreignAbove(name).find((key) => !gone.has(key)) : undefined
      const verdict = judgeTakeover(name, without(keysOfName, gone), judging)
      if ('refusal' in verdict || above !== undefined) {
        const message = 'refusal' in verdict ? verdict.refusal : `${above} lies above it and stays`
        if (claimed) refused.push({ name, message })
        continue
      }
      left.delete(name)
      const { take } = verdict
      if (take.length === 0) continue // its keys went as entries of another name
      const removed = !claimed && wish.unclaimed === 'remove' && isProven(take, judging)
      const was = targetsOf(take, judging)
      const shown = { name, was, becomes: settle(name as Host, claims).targets, keys: take.length }
      if (claimed) names.push(shown)
      else unclaimed.push({ ...shown, removed })
      if (claimed || removed) round.push({ name: name as Host, take, claimed }) // or a name of keys
    }
    if (round.length === 0) return { plan: { names, refused, unclaimed }, rounds }
    rounds.push(round)
    for (const { take } of round) for (const { key } of take) gone.add(key)
  }
}

function without({ at, entries }: KeysOfName, gone: ReadonlySet<string>): KeysOfName {
  const left = (records: ReadonlyMap<string, DnsRecord>) =>
    new Map([...records].filter(([key]) => !gone.has(key)))
  return { at: left(at), entries: left(entries) }
}
