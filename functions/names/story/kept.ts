import type { OwnerId } from '../claim.ts'
import { targetOfMessage } from '../records/message.ts'
import {
  type DnsRecord,
  foreignRecord,
  isOwnRecord,
  nameOfRecord,
  parseMessage,
  type RecordOptions,
} from '../records/record.ts'
import { readTarget, type TargetType } from '../targets/target.ts'

/** How CoreDNS's etcd plugin reads a value (plugin/etcd/msg); what is no SkyDNS message it can't serve. */
export type KeptType = TargetType | 'unreadable'

/** A key under the record prefix. Its texts may be anybody's. */
export interface KeptKey {
  /** At which CoreDNS answers it. */
  readonly name: string
  readonly what: 'record' | 'placeholder' | 'probe' | 'foreign'
  readonly key: string
  readonly value: string
  readonly type: KeptType
  readonly target: string
  /** Seconds; CoreDNS takes 300 where there is none. */
  readonly ttl: number | undefined
}

/** A host with all that is kept of it, or a key of somebody else. */
export interface KeptName {
  readonly host: string
  readonly types: readonly KeptType[]
  readonly targets: readonly string[]
  readonly ttl: number | undefined
  /** Who has the name, its holder first; none has one that is not ours. */
  readonly owners: readonly OwnerId[]
  /** Who claims it and has to wait, the oldest first. */
  readonly waiting: readonly OwnerId[]
  /** The key that somebody else wrote: nothing here is ours. */
  readonly foreignKey?: string
}

export function keptKey(record: DnsRecord, options: RecordOptions): KeptKey {
  const { key, value } = record
  const { keys } = options
  const message = parseMessage(value) ?? {}
  const { host, ttl, mail } = message
  const isProbe = key.endsWith('/probe')
  const isOurs = isProbe || isOwnRecord(record, options)
  const foreign = isOurs ? undefined : foreignRecord(record, keys)
  const name = foreign?.name ?? nameOfRecord(key, keys).name
  const target = targetOfMessage(message)
  const isSilent = host === name && mail !== true
  return {
    name,
    what: isProbe ? 'probe' : foreign ? 'foreign' : isSilent ? 'placeholder' : 'record',
    key,
    value,
    type: target === undefined ? 'unreadable' : readTarget(target).type,
    target: target ?? '',
    ttl: typeof ttl === 'number' ? ttl : undefined,
  }
}
