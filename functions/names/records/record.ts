import { hash } from 'node:crypto'
import type { Host } from '../host.ts'
import { isPointerName } from '../zone.ts'
import type { Keys } from './keys.ts'
import { messageOf, targetOfMessage } from './message.ts'

/** One key of the record store with its value, a SkyDNS message as CoreDNS and ExternalDNS read it. */
export interface DnsRecord {
  readonly key: string
  readonly value: string
}

export interface RecordOptions {
  readonly keys: Keys
  /** Noted as `owner` in each value, as ExternalDNS does. */
  readonly instance: string
  readonly zones: readonly string[]
}

/**
 * The records with which a host answers its targets, one key a target. `group` is the host itself: it keeps answers
 * of names below from showing up here.
 */
export function recordsOf(
  host: Host,
  { targets, ttl }: { targets: readonly string[]; ttl: number },
  { keys, instance }: RecordOptions,
): readonly DnsRecord[] {
  const besideService = targets.some((target) => target.startsWith('SRV '))
  return targets.map((target) => {
    const { targetstrip, ...message } = messageOf(target, besideService)
    return {
      key: keys.record(host, leafOf(instance, host, target)),
      value: JSON.stringify({ ...message, ttl, targetstrip, group: host, owner: instance }),
    }
  })
}

/**
 * What keeps a name apart from those below it, be it one with records or without: it sets the group of an
 * answer, and is itself in none. A CNAME to itself is dropped from A, AAAA and TXT, port -1 from SRV
 * (CoreDNS, plugin/backend_lookup.go).
 */
export function placeholderOf(name: string, { keys, instance }: RecordOptions): DnsRecord {
  return {
    key: keys.record(name as Host, leafOf(instance, name, name)), // above a Host, or a zone
    value: JSON.stringify({
      host: name,
      port: -1,
      ttl: 30,
      targetstrip: 1,
      group: name,
      owner: instance,
    }),
  }
}

/**
 * Eight hex digits below 0x80000000, the shape of ExternalDNS's random ids, the same at every writing. That of
 * a placeholder has a `!` before them, which sorts before every label: of the shortest keys CoreDNS takes the
 * group of the first, and one without a group would end the filtering (plugin/etcd/msg, Group).
 */
export function leafOf(instance: string, host: string, target: string): string {
  const digest = hash('sha256', `${instance}\n${host}\n${target}`)
  const hex = (Number.parseInt(digest.slice(0, 8), 16) >>> 1).toString(16).padStart(8, '0')
  return target === host ? `!${hex}` : hex
}

/** Whether a key and its value are of our writing: the owner is noted and the leaf is the one we compute. */
export function isOwnRecord(
  { key, value }: DnsRecord,
  { keys, instance }: Omit<RecordOptions, 'zones'>,
): boolean {
  const message = parseMessage(value)
  if (message?.owner !== instance) return false
  const target = targetOfMessage(message)
  const { name, leaf } = nameOfRecord(key, keys)
  return target !== undefined && (leaf === undefined || leaf === leafOf(instance, name, target))
}

/** The name at which a key of ours is a record, and its leaf; a pointer has none. */
export function nameOfRecord(key: string, keys: Keys): { name: Host; leaf: string | undefined } {
  const labels = key.slice(keys.records.length).split('/')
  const whole = labels.toReversed().join('.')
  if (isPointerName(whole)) return { name: whole as Host, leaf: undefined } // digits and dots
  const leaf = labels.pop() ?? ''
  return { name: labels.reverse().join('.') as Host, leaf } // written for Hosts
}

/** Somebody else's key, by what CoreDNS does with it. */
export interface ForeignRecord {
  /** The name that it is an answer of. */
  readonly name: string
  /** A name with keys of ours below which CoreDNS can't keep apart from them while this key is there. */
  readonly mixes: string | undefined
}

/**
 * `targetstrip` says how many labels of the key are no part of the name, as ExternalDNS writes and reads it. Where it
 * is left out, a group that is the name above says the same: so other instances write what has a host name. A value
 * that we can't read stands at the whole key.
 * @returns undefined for another instance's placeholder, which is no answer and does what ours does
 */
export function foreignRecord({ key, value }: DnsRecord, keys: Keys): ForeignRecord | undefined {
  const { targetstrip, group, host, mail } = parseMessage(value) ?? {}
  const labels = key.slice(keys.records.length).split('/').reverse()
  const parent = labels.slice(1).join('.')
  const strip = Number.isInteger(targetstrip) ? Number(targetstrip) : Number(group === parent)
  const name = labels.slice(strip).join('.')
  if (host === name && group === name && mail !== true) return undefined
  const isOfAnotherGroup = typeof group === 'string' && group !== '' && group !== parent
  return { name, mixes: isOfAnotherGroup ? parent : undefined }
}

/** The name that CoreDNS answers with somebody else's key. */
export const nameOfForeign = (record: DnsRecord, keys: Keys): string =>
  foreignRecord(record, keys)?.name ?? nameOfRecord(record.key, keys).name

/** Whether CoreDNS keeps a key out of the answers of names above it: one without a group shows there. */
export const hasGroup = (value: string): boolean => Boolean(parseMessage(value)?.['group'])

/** @returns undefined for what is not a JSON object: CoreDNS can't serve it, and it is not ours */
export function parseMessage(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}
