import type { OwnerId, Refusal } from '../../../functions/names/claim.ts'
import { type Settlement, type StoredClaim, settle } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { type Pointing, pointingsOf } from '../../../functions/names/records/pointer.ts'
import {
  type DnsRecord,
  isOwnRecord,
  nameOfRecord,
  placeholderOf,
  type RecordOptions,
  recordsOf,
} from '../../../functions/names/records/record.ts'
import { alwaysSilent, namesAbove } from '../../../functions/names/records/subtree.ts'
import { maxTargets } from '../../../functions/names/targets/targets.ts'
import { isUnreadable, readClaims, writeClaims } from './documents.ts'
import type { View } from './draft.ts'
import { type BesideOthers, isTheirs, obstacleTo } from './obstacle.ts'

export type WritingOptions = BesideOthers

export interface HostOutcome {
  readonly changed: boolean
  readonly refused: Refused
  /** What was refused before. */
  readonly refusedBefore: Refused
  /** Addresses that it answered or answers, as far as reverse zones are ours. */
  readonly pointings?: readonly Pointing[]
}

type Refused = ReadonlyMap<OwnerId, Omit<Refusal, 'host'>>

/** What a host's claims ask for, and the records that follow. */
interface Answer {
  readonly settlement: Settlement
  readonly records: readonly DnsRecord[]
}

/**
 * Writes a host's claims, its records as the claims settle, and what keeps the names around it apart. A key
 * that is not ours is left alone.
 * @param claimsBefore as they are stored, for whoever read them already
 */
export function writeHost(
  view: View,
  host: Host,
  claims: readonly StoredClaim[],
  options: WritingOptions,
  claimsBefore = readClaims(view, options.keys, host),
): HostOutcome {
  const before = answerOf(host, claimsBefore, options)
  const isAnew = claims.length > 0 && isUnreadable(view.get(options.keys.host(host)))
  const held = isAnew ? recordsAt(view, host, options) : before.records
  const refusedBefore = besideOthers(view, host, claimsBefore, before, held, options).settlement
  const asked = answerOf(host, claims, options)
  const { settlement, records } = besideOthers(view, host, claims, asked, held, options)
  const kept = new Set(records.map(({ key }) => key))
  let changed = false
  for (const record of records) changed = put(view, record, options) || changed
  for (const record of held) {
    if (!kept.has(record.key)) changed = remove(view, record, options) || changed
  }
  writeClaims(view, options.keys, host, claims, records.length > 0)
  for (const name of namesAbove(host, options.zones)) {
    changed = keepSilent(view, name, options) || changed
  }
  const targets = new Set([...before.settlement.targets, ...settlement.targets])
  return {
    changed,
    refused: settlement.refused,
    refusedBefore: refusedBefore.refused,
    pointings: pointingsOf(host, [...targets], options),
  }
}

/** How a host's claims settle beside what others keep there, and the records that follow from it. */
export function settled(
  view: View,
  host: Host,
  claims: readonly StoredClaim[],
  options: WritingOptions,
): Answer {
  const held = answerOf(host, readClaims(view, options.keys, host), options).records
  return besideOthers(view, host, claims, answerOf(host, claims, options), held, options)
}

function answerOf(host: Host, claims: readonly StoredClaim[], options: RecordOptions): Answer {
  const settlement = settle(host, claims)
  return { settlement, records: recordsOf(host, settlement, options) }
}

/** Records of ours that stand at a host as far as we know, for claims that nobody can read any more. */
function recordsAt(view: View, host: Host, options: WritingOptions): readonly DnsRecord[] {
  const { keys } = options
  const placeholder = placeholderOf(host, options)
  return view
    .keysWith(keys.record(host, ''))
    .filter((key) => nameOfRecord(key, keys).name === host && key !== placeholder.key)
    .slice(0, maxTargets)
    .map((key) => ({ key, value: view.get(key) ?? '' }))
    .filter((record) => isOwnRecord(record, options))
}

/** @param held the records that the host had, be they there or not */
function besideOthers(
  view: View,
  host: Host,
  claims: readonly StoredClaim[],
  { settlement, records }: Answer,
  held: readonly DnsRecord[],
  options: WritingOptions,
): Answer {
  const obstacle = records.length > 0 ? obstacleTo(view, host, records, held, options) : undefined
  if (obstacle === undefined) return { settlement, records }
  const refusal = { reason: 'foreign-record' as const, message: obstacle }
  const refused = new Map(claims.map(({ owner }) => [owner, refusal]))
  return { settlement: { ...settlement, refused }, records: [] }
}

/** Puts a placeholder at a name above names that we keep; removes one without use. */
export function keepSilent(view: View, name: Host, options: WritingOptions): boolean {
  const below = options.keys.host(name)
  const placeholder = placeholderOf(name, options)
  if (alwaysSilent(options.zones).includes(name) || view.hasBelow(below)) {
    return put(view, placeholder, options)
  }
  return view.isEmptyBelow(below) && remove(view, placeholder, options)
}

function put(view: View, { key, value }: DnsRecord, options: WritingOptions): boolean {
  if (view.get(key) === value || isTheirs(view, key, options)) return false
  view.put(key, value)
  return true
}

function remove(view: View, { key }: DnsRecord, options: RecordOptions): boolean {
  const value = view.get(key)
  if (value === undefined || !isOwnRecord({ key, value }, options)) return false
  view.delete(key)
  return true
}
