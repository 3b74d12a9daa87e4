import { hash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Host } from './host.ts'
import type { Keys } from './keys.ts'

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
 * The records with which a host answers its targets: one key a target, in the field order of ExternalDNS.
 * `targetstrip` cuts our leaf off names that CoreDNS makes from the key; beside a host name it would cut
 * that name's first label, so it is left out there (CoreDNS, plugin/etcd/msg). `group` is the host itself:
 * it keeps answers of names below from showing up here.
 */
export function recordsOf(
  host: Host,
  { targets, ttl }: { targets: readonly string[]; ttl: number },
  { keys, instance }: RecordOptions,
): readonly DnsRecord[] {
  return targets.map((target) => ({
    key: keys.record(host, leafOf(instance, host, target)),
    value: JSON.stringify({
      host: target,
      ttl,
      ...(isIP(target) > 0 && { targetstrip: 1 }),
      group: host,
      owner: instance,
    }),
  }))
}

/**
 * What keeps a name silent that has no record of its own, above names that have some: it sets the group of
 * an answer, and is itself in none. A CNAME to itself is dropped from A, AAAA and TXT, port -1 from SRV
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

/** Eight hex digits below 0x80000000, the shape of ExternalDNS's random ids, the same at every writing. */
export function leafOf(instance: string, host: string, target: string): string {
  const digest = hash('sha256', `${instance}\n${host}\n${target}`)
  return (Number.parseInt(digest.slice(0, 8), 16) >>> 1).toString(16).padStart(8, '0')
}

/** Whether a key and its value are of our writing: the owner is noted and the leaf is the one we compute. */
export function isOwnRecord(
  { key, value }: DnsRecord,
  { keys, instance }: Omit<RecordOptions, 'zones'>,
): boolean {
  const message = parseMessage(value)
  if (message?.owner !== instance || typeof message.host !== 'string') return false
  const { name, leaf } = nameOfRecord(key, keys)
  return leaf === leafOf(instance, name, message.host)
}

/** The name at which a key of ours is a record, and its leaf. */
export function nameOfRecord(key: string, keys: Keys): { name: Host; leaf: string } {
  const labels = key.slice(keys.records.length).split('/')
  const leaf = labels.pop() ?? ''
  return { name: labels.reverse().join('.') as Host, leaf } // written for Hosts
}

/**
 * The name that CoreDNS answers with somebody else's key: `targetstrip` says how many labels of the key are
 * no part of it, as ExternalDNS writes and reads it. A value that we can't read stands at the whole key.
 */
export function nameOfForeign({ key, value }: DnsRecord, keys: Keys): string {
  const strip = parseMessage(value)?.['targetstrip']
  const labels = key.slice(keys.records.length).split('/').reverse()
  return labels.slice(typeof strip === 'number' && strip > 0 ? strip : 0).join('.')
}

/** @returns undefined for what is not a JSON object: CoreDNS can't serve it, and it is not ours */
export function parseMessage(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}
