import type { Host } from '../../../functions/names/host.ts'
import type { DnsRecord } from '../../../functions/names/records/record.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import { formatAdopted, parseAdopted } from './adopted.ts'
import {
  type AdoptionPlan,
  type AdoptionWish,
  planTakeovers,
  type RefusedName,
  type Takeover,
} from './adoption-plan.ts'
import { readClaims } from './documents.ts'
import type { View } from './draft.ts'
import { type ReadingOptions, readNames, type StoredNames } from './stored-names.ts'
import { keepSilent, settled, writeHost } from './write-host.ts'

export interface Adopted extends AdoptionPlan {
  /** Keys that are at names taken over all the same: ExternalDNS runs, and writes them anew. */
  readonly again: readonly string[]
}

/** So many keys of others go with a name in one transaction, beside all that ours may need. */
const together = 40
const maxAnswering = 70
/** With their values they fit a value in etcd, whose requests have 1.5 MiB at most. */
const maxNoted = 3_000
/** Registry entries beyond that go before it, so many at a time: nobody asks for them. */
const entriesAtOnce = 100

/** What would be taken over, decided from the store alone. */
export async function planAdoption(
  wish: AdoptionWish,
  options: ReadingOptions,
): Promise<AdoptionPlan> {
  return planTakeovers(await readNames(options, wish.naming), wish, options).plan
}

/**
 * Takes names over from ExternalDNS, each in one transaction: what was there is noted, its keys go, ours come. May
 * be interrupted, and run again.
 * @throws RetryLater if etcd did not commit
 */
export async function adopt(wish: AdoptionWish, options: ReadingOptions): Promise<Adopted> {
  const stored = await readNames(options, wish.naming)
  const { plan, rounds } = planTakeovers(stored, wish, options)
  const failed: RefusedName[] = []
  for (const round of rounds) {
    const taking = round.map(async (each) => {
      const message = await takeOver(each, wish, stored, options)
      if (message !== undefined) failed.push({ name: each.name, message })
    })
    await Promise.all(taking)
  }
  const isDone = ({ name }: { name: string }) => !failed.some((each) => each.name === name)
  const names = plan.names.filter(isDone)
  const { foreign } = await readNames(options, wish.naming)
  return {
    names,
    refused: [...plan.refused, ...failed],
    unclaimed: plan.unclaimed.filter(isDone),
    again: names.flatMap(({ name }) => [...(foreign.get(name)?.at.keys() ?? [])]),
  }
}

/** @returns why it could not be done */
async function takeOver(
  { name, take, claimed }: Takeover,
  wish: AdoptionWish,
  stored: StoredNames,
  options: ReadingOptions,
): Promise<string | undefined> {
  const { commits } = options
  const isAtName = ({ key }: DnsRecord) => stored.foreign.get(name)?.at.has(key) === true
  const answering = take.filter(isAtName)
  if (answering.length > maxAnswering) {
    return `ExternalDNS keeps ${answering.length} keys there, one transaction takes at most ${maxAnswering}`
  }
  if (take.length > maxNoted) {
    return `ExternalDNS has leaked ${take.length} keys for it, at most ${maxNoted} can be noted: remove some`
  }
  const entries = take.filter((record) => !isAtName(record))
  const last = [...answering, ...entries.splice(0, Math.max(1, together - answering.length))]
  const note = (view: View, records: readonly DnsRecord[]) =>
    noteAndDelete(view, name, records, { ...wish, claimed }, options)
  try {
    while (entries.length > 0) {
      const some = entries.splice(0, entriesAtOnce)
      await commits.transact((view) => note(view, some))
    }
    await commits.transact((view) => {
      note(view, last)
      const writing = { ...options, foreign: stored.foreignWithout(last) }
      if (claimed) answerOurselves(view, name, writing)
      else keepSilent(view, name, writing)
    })
    stored.forget(take)
    return undefined
  } catch (error) {
    if (error instanceof RetryLater) throw error
    return messageOf(error)
  }
}

function noteAndDelete(
  view: View,
  name: Host,
  records: readonly DnsRecord[],
  { owner, naming, claimed }: AdoptionWish & Pick<Takeover, 'claimed'>,
  { keys }: ReadingOptions,
): void {
  for (const { key, value } of records) {
    if (view.get(key) !== value) throw new Error(`${key} changed meanwhile: run adopt again`)
    view.delete(key)
  }
  const note = keys.adoptedOf(name)
  const noted = parseAdopted(view.get(note))?.found ?? []
  const earlier = noted.filter(({ key }) => !records.some((each) => each.key === key))
  view.put(note, formatAdopted({ owner, claimed, naming, found: [...earlier, ...records] }))
}

function answerOurselves(view: View, host: Host, writing: ReadingOptions): void {
  const claims = readClaims(view, writing.keys, host)
  const { settlement, records } = settled(view, host, claims, writing)
  const [refusal] = settlement.refused.values()
  if (records.length === 0) {
    throw new Error(refusal?.message ?? 'nobody claims it any more: run adopt again')
  }
  writeHost(view, host, claims, writing)
}
