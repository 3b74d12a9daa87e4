import { settle } from '../../../functions/names/conflicts.ts'
import { givenBack } from '../../../functions/names/external-dns/takeover.ts'
import type { Host } from '../../../functions/names/host.ts'
import { nameOfAdopted } from '../../../functions/names/records/keys.ts'
import {
  type DnsRecord,
  isOwnRecord,
  nameOfForeign,
  recordsOf,
} from '../../../functions/names/records/record.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import { type AdoptedDocument, formatAdopted, parseAdopted } from './adopted.ts'
import type { RefusedName } from './adoption-plan.ts'
import { readClaims, writeClaims } from './documents.ts'
import type { View } from './draft.ts'
import { type ReadingOptions, readNames, type StoredNames } from './stored-names.ts'
import { writeHost } from './write-host.ts'

export interface GivenBack {
  readonly names: readonly string[]
  /** What was noted is forgotten: since then its last object went, or one has come for a name that was removed. */
  readonly dropped: readonly RefusedName[]
  readonly refused: readonly RefusedName[]
}

/** So many keys go into one transaction, beside those that ours may need. */
const together = 40

/** Names that were taken over and could be given back. */
export async function adoptedNames({
  etcd,
  keys,
}: Pick<ReadingOptions, 'etcd' | 'keys'>): Promise<string[]> {
  const names: string[] = []
  for await (const page of etcd.readPrefix(keys.adopted)) {
    names.push(...page.map(({ key }) => nameOfAdopted(keys, key)))
  }
  return names
}

/**
 * Returns names to ExternalDNS, each in one transaction: ours go, its keys come as they were, for the targets of
 * today. Claims then wait as before. May be interrupted, and run again.
 * @throws RetryLater if etcd did not commit
 */
export async function giveBack(options: ReadingOptions): Promise<GivenBack> {
  const stored = await readNames(options, { prefix: '', suffix: '' })
  const found = {
    names: [] as string[],
    dropped: [] as RefusedName[],
    refused: [] as RefusedName[],
  }
  const returning = (await adoptedNames(options)).map(async (name) => {
    try {
      const reason = await returnName(name as Host, stored, options) // maybe no Host: a name of keys
      if (reason === undefined) found.names.push(name)
      else found.dropped.push({ name, message: reason })
    } catch (error) {
      if (error instanceof RetryLater) throw error
      found.refused.push({ name, message: messageOf(error) })
    }
  })
  await Promise.all(returning)
  return found
}

/** @returns why there was nothing to return */
async function returnName(
  name: Host,
  stored: StoredNames,
  options: ReadingOptions,
): Promise<string | undefined> {
  for (;;) {
    const step = await options.commits.transact((view) => returnSome(view, name, stored, options))
    if (step.isLast) return step.reason
  }
}

/** Registry entries first, the keys that answer last, so that a name which was half returned is still ours. */
function returnSome(
  view: View,
  name: Host,
  stored: StoredNames,
  options: ReadingOptions,
): { readonly isLast: boolean; readonly reason?: string } {
  const { keys } = options
  const note = keys.adoptedOf(name)
  const document = parseAdopted(view.get(note))
  if (!document) return { isLast: true }
  const claims = readClaims(view, keys, name)
  const isClaimed = claims.length > 0
  if (isClaimed !== document.claimed) {
    view.delete(note)
    const reason = isClaimed ? `${claims[0]?.owner} claims it now` : 'nobody asks for it any more'
    return { isLast: true, reason }
  }
  const answering = isClaimed ? settle(name, claims) : undefined
  const back = returned(name, document, answering?.targets, options)
  const isAtName = (record: DnsRecord) => nameOfForeign(record, keys) === name
  const atName = back.filter(isAtName)
  const entries = back.filter((record) => !isAtName(record))
  const room = Math.max(0, together - atName.length)
  if (entries.length > room) {
    const some = entries.slice(0, together)
    for (const record of some) putBack(view, record)
    const found = document.found.filter(({ key }) => !some.some((each) => each.key === key))
    view.put(note, formatAdopted({ ...document, found }))
    return { isLast: false }
  }
  view.delete(note)
  if (answering && atName.length > 0) {
    for (const { key } of recordsOf(name, answering, options)) removeOwn(view, key, options)
  }
  for (const record of [...atName, ...entries]) putBack(view, record)
  if (isClaimed) {
    writeClaims(view, keys, name, claims, false) // ours go, so they don't count as taken
    const others = stored.foreignWithout([])
    const [first] = atName
    const at = (asked: string) =>
      asked === name && first ? { key: first.key, by: undefined } : others.at(asked)
    writeHost(view, name, claims, { ...options, foreign: { ...others, at } })
  }
  return { isLast: true }
}

function removeOwn(view: View, key: string, options: ReadingOptions): void {
  const value = view.get(key)
  if (value !== undefined && isOwnRecord({ key, value }, options)) view.delete(key)
}

const returned = (
  name: Host,
  { found, naming }: AdoptedDocument,
  targets: readonly string[] | undefined,
  { keys }: ReadingOptions,
): readonly DnsRecord[] =>
  targets === undefined ? found : givenBack(name, found, targets, { keys, naming })

function putBack(view: View, { key, value }: DnsRecord): void {
  const there = view.get(key)
  if (there !== undefined && there !== value)
    throw new Error(`${key} is there already: remove it first`)
  view.put(key, value)
}
