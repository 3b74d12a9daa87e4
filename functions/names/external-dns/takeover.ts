import type { Host } from '../host.ts'
import type { Keys } from '../records/keys.ts'
import { type DnsRecord, leafOf, nameOfForeign, parseMessage } from '../records/record.ts'
import { dataOfTarget, readTarget } from '../targets/target.ts'
import { describeExternalDns, type ExternalDnsRecord, externalDnsKey } from './external-dns.ts'
import { entryName, type RegistryNaming } from './registry.ts'

/** Whose records are to be taken over, and how that owner notes what is its own. */
export interface TakeoverOptions {
  readonly keys: Keys
  /** Its txt-owner-id. */
  readonly owner: string
  /** `noop`: nothing notes an owner, so all that is written in ExternalDNS's way counts as its own. */
  readonly registry: 'txt' | 'noop'
  readonly naming: RegistryNaming
}

/** What others keep that concerns one name. */
export interface KeysOfName {
  /** Keys that CoreDNS answers the name with. */
  readonly at: Map<string, DnsRecord>
  /** Entries of the txt registry that speak of the name and lie elsewhere. */
  readonly entries: Map<string, DnsRecord>
}

/** Sorts foreign keys by the names that they concern; an entry is at one name and speaks of another. */
export function byName(
  foreign: Iterable<DnsRecord>,
  { keys, naming }: Pick<TakeoverOptions, 'keys' | 'naming'>,
): Map<string, KeysOfName> {
  const found = new Map<string, KeysOfName>()
  const of = (name: string) => {
    const known = found.get(name) ?? { at: new Map(), entries: new Map() }
    found.set(name, known)
    return known
  }
  for (const record of foreign) {
    const name = nameOfForeign(record, keys)
    of(name).at.set(record.key, record)
    const known = externalDnsKey(record, keys, naming)
    if (known?.kind === 'entry' && known.of !== name) of(known.of).entries.set(record.key, record)
  }
  return found
}

/** The keys to take, or why the name is not taken over. */
export type Verdict = { readonly take: readonly DnsRecord[] } | { readonly refusal: string }

/**
 * Which keys of a name go when it is taken over: all that answer it, and the entries that speak of it. The
 * name is refused unless every one of them is ExternalDNS's and the owner's.
 */
export function judgeTakeover(
  name: string,
  { at, entries }: KeysOfName,
  options: TakeoverOptions,
): Verdict {
  const { owner, registry, keys, naming } = options
  const take: DnsRecord[] = []
  let isRegistered = false
  for (const record of [...at.values(), ...entries.values()]) {
    const { key } = record
    const known = externalDnsKey(record, keys, naming)
    if (!known) return { refusal: `ExternalDNS did not write ${key}` }
    if (known.kind === 'entry' && known.of !== name)
      return { refusal: `${key} is the registry entry of ${known.of}, which is not taken over` }
    if (known.kind === 'entry' && known.encrypted) {
      if (registry === 'noop' && known.name !== name) continue
      return { refusal: `the registry entry ${key} is encrypted, so nobody knows whose it is` }
    }
    if (known.owner !== undefined && known.owner !== owner)
      return { refusal: `${key}: ${describeExternalDns(known)}, not of owner ${owner}` }
    isRegistered ||= known.owner === owner
    take.push(record)
  }
  if (isRegistered || registry === 'noop') return { take }
  return {
    refusal: `no registry entry says owner ${owner}: see --registry, --txt-prefix, --txt-suffix`,
  }
}

/** Whether the owner is noted by the keys themselves, not only taken for granted. */
export const isProven = (taken: readonly DnsRecord[], { keys, naming, owner }: TakeoverOptions) =>
  taken.some((record) => externalDnsKey(record, keys, naming)?.owner === owner)

/** The targets that ExternalDNS's keys answer with. */
export const targetsOf = (
  records: Iterable<DnsRecord>,
  options: Pick<TakeoverOptions, 'keys' | 'naming'>,
): string[] => [...new Set(recordsIn(records, options).map(({ target }) => target))].sort()

/**
 * The keys that give a name back: those that were taken, for the targets of today. A target that has come
 * since gets a key as ExternalDNS writes one, and a type that has come since an entry of its own.
 * @param targets none where ExternalDNS had an entry only, and no record
 */
export function givenBack(
  name: Host,
  taken: readonly DnsRecord[],
  targets: readonly string[],
  { keys, naming }: Pick<TakeoverOptions, 'keys' | 'naming'>,
): readonly DnsRecord[] {
  const known = taken.map((record) => ({ record, is: externalDnsKey(record, keys, naming) }))
  const entries = known.flatMap(({ record, is }) => (is?.kind === 'entry' ? [record] : []))
  const records = new Map<string, DnsRecord>()
  for (const { record, is } of known) if (is?.kind === 'record') records.set(is.target, record)
  const [sample] = records.values()
  if (!sample) return entries

  const answering = targets.map((target) => records.get(target) ?? like(sample, name, target, keys))
  const [entry] = entries
  const missing = entry
    ? missingTypes(targets, entries, { keys, naming }).map((type) => {
        const at = entryName(name, type, naming) as Host // beside a host
        return { key: keys.record(at, leafOf('', name, type)), value: entry.value }
      })
    : []
  return [...answering, ...entries, ...missing]
}

function missingTypes(
  targets: readonly string[],
  entries: readonly DnsRecord[],
  { keys, naming }: Pick<TakeoverOptions, 'keys' | 'naming'>,
): string[] {
  const noted = new Set(
    entries.map((record) => {
      const known = externalDnsKey(record, keys, naming)
      return known?.kind === 'entry' ? known.type : undefined
    }),
  )
  if (noted.has(undefined)) return [] // an entry of the old form speaks of every type
  return [...new Set(targets.map(typeOf))].filter((type) => !noted.has(type))
}

const typeOf = (target: string) => readTarget(target).type

/** A key with the fields of another one, and another target; it writes the data of SRV and MX as if it were a host. */
function like({ value }: DnsRecord, name: Host, target: string, keys: Keys): DnsRecord {
  const read = readTarget(target)
  const answer =
    read.type === 'TXT' ? { host: undefined, text: read.text } : { host: dataOfTarget(target) }
  const message = { ...parseMessage(value), ...answer }
  return { key: keys.record(name, leafOf('', name, target)), value: JSON.stringify(message) }
}

const recordsIn = (
  records: Iterable<DnsRecord>,
  { keys, naming }: Pick<TakeoverOptions, 'keys' | 'naming'>,
): ExternalDnsRecord[] =>
  [...records].flatMap((record) => {
    const known = externalDnsKey(record, keys, naming)
    return known?.kind === 'record' ? [known] : []
  })
