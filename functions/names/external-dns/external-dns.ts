import { isIP } from 'node:net'
import type { Keys } from '../records/keys.ts'
import { type DnsRecord, isOwnRecord, nameOfForeign, parseMessage } from '../records/record.ts'
import { entryOf, type Heritage, heritageOf, isEncrypted, type RegistryNaming } from './registry.ts'

/** A key as ExternalDNS's CoreDNS provider writes it: a record, or an entry of its txt registry. */
export type ExternalDnsKey = ExternalDnsRecord | ExternalDnsEntry

interface Written {
  /** At which CoreDNS answers it. */
  readonly name: string
  /** Its txt-owner-id, from the registry or by `--coredns-strictly-owned`; undefined where it noted none. */
  readonly owner: string | undefined
  /** `ingress/shop/web`: the object that it was written for, where that is noted. */
  readonly resource: string | undefined
}

export interface ExternalDnsRecord extends Written {
  readonly kind: 'record'
  readonly target: string
  /** False for a PTR record of before 0.22: a leaf below it, where CoreDNS does not look. */
  readonly served: boolean
}

export interface ExternalDnsEntry extends Written {
  readonly kind: 'entry'
  /** The name that it speaks of, … */
  readonly of: string
  /** … and the type, `A`; undefined in the form of before 0.18. */
  readonly type: string | undefined
  /** Whether only ExternalDNS's own key tells whose it is. */
  readonly encrypted: boolean
}

/** All that ExternalDNS ever puts into a value. */
const itsFields = new Set(['host', 'text', 'ttl', 'targetstrip', 'group', 'owner'])
/** Its ids are random, below 2³¹ (provider/coredns). */
const itsLeaf = /^[0-7][0-9a-f]{7}$/

/** Tells from a key and its value how ExternalDNS wrote it. @returns undefined for what it would not write so */
export function externalDnsKey(
  record: DnsRecord,
  keys: Keys,
  naming: RegistryNaming,
): ExternalDnsKey | undefined {
  const message = parseMessage(record.value)
  if (!message || Object.keys(message).some((field) => !itsFields.has(field))) return undefined
  const { host, text, targetstrip = 0 } = message
  const strict = typeof message['owner'] === 'string' ? message['owner'] : undefined
  if (strict !== undefined && isOwnRecord(record, { keys, instance: strict })) return undefined

  const name = nameOfForeign(record, keys)
  const isPointer = /\.(in-addr|ip6)\.arpa$/.test(name)
  const hasItsLeaf = itsLeaf.test(record.key.slice(record.key.lastIndexOf('/') + 1))
  const isExactPointer = isPointer && targetstrip === 0 // from 0.22 on
  if (!isExactPointer && !(targetstrip === 1 && hasItsLeaf)) return undefined

  const heritage = typeof text === 'string' ? heritageOf(text) : undefined
  const { owner = strict, resource }: Partial<Heritage> = heritage ?? {}
  if (typeof host === 'string' && host !== '') {
    if (isPointer && isIP(host) > 0) return undefined
    const served = !isPointer || isExactPointer
    return { kind: 'record', name, owner, resource, target: host, served }
  }
  if (typeof text !== 'string') return undefined
  const { of, type } = entryOf(name, naming)
  const encrypted = !heritage && type !== undefined && isEncrypted(text)
  if (!heritage && !encrypted) return undefined
  return { kind: 'entry', name, owner, resource, of, type, encrypted }
}

/** Who wrote a key of somebody else, as far as it can be told from the key alone. */
export function writerOf(record: DnsRecord, keys: Keys): string | undefined {
  const found = externalDnsKey(record, keys, { prefix: '', suffix: '' })
  return found && describeExternalDns(found)
}

/** For a log line or a refusal: `written by ExternalDNS (owner default, registry txt)`. */
export function describeExternalDns(found: ExternalDnsKey): string {
  const { kind, owner, resource } = found
  const what =
    kind === 'record' ? 'written by ExternalDNS' : `ExternalDNS's registry entry of ${found.of}`
  const facts = [
    owner !== undefined && `owner ${owner}`,
    kind === 'entry' && 'registry txt',
    kind === 'entry' && found.encrypted && 'encrypted',
    resource,
    kind === 'record' && !found.served && 'a PTR record that CoreDNS does not find',
  ].filter(Boolean)
  return facts.length > 0 ? `${what} (${facts.join(', ')})` : what
}
