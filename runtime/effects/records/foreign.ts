import { writerOf } from '../../../functions/names/external-dns/external-dns.ts'
import {
  type DnsRecord,
  type ForeignRecord,
  foreignRecord,
  isOwnRecord,
  type RecordOptions,
} from '../../../functions/names/records/record.ts'
import { unreadable } from '../../../functions/names/records/skydns.ts'

/**
 * What others keep under the record prefix, by the names at which CoreDNS answers it. It is as new as the
 * last read, and no transaction compares it: who wrote first keeps a name, for both at once there is no rule.
 */
export interface Foreign {
  /** A key of somebody else at this very name. */
  at(name: string): ForeignKey | undefined
  /** A key of somebody else that makes CoreDNS answer this name with all that is below it. */
  mixing(name: string): ForeignKey | undefined
  /** Takes note of a key and its value, or that it went. @returns the name, if something changed there */
  note(key: string, value: string | undefined): string | undefined
  /** Forgets the keys that are not among those found. */
  keep(found: ReadonlySet<string>): void
  /** How many there are, by whether CoreDNS can read them. */
  counts(): { readonly readable: number; readonly unreadable: number }
}

export interface ForeignKey {
  readonly key: string
  /** Who wrote it, if that can be told. */
  readonly by: string | undefined
}

export interface ForeignOptions extends Omit<RecordOptions, 'zones'> {
  /** Told once of a key that CoreDNS can't read, and why. */
  readonly onUnreadable?: ((key: string, why: string) => void) | undefined
}

/** A longer key stands at no name (RFC 1035 2.3.4: 255 octets): it is told if it does harm, and not kept. */
const maxKeyLength = 512

export function createForeign(options: ForeignOptions): Foreign {
  const noted = new Map<string, ForeignRecord & Pick<ForeignKey, 'by'>>()
  const at = createIndex()
  const mixing = createIndex()
  const harmful = new Set<string>()

  function noteHarm(key: string, why: string | undefined): void {
    if (why === undefined) harmful.delete(key)
    else if (!harmful.has(key)) {
      options.onUnreadable?.(key.slice(0, maxKeyLength), why)
      if (key.length <= maxKeyLength) harmful.add(key)
    }
  }

  function forget(key: string): string | undefined {
    harmful.delete(key)
    const record = noted.get(key)
    if (!record) return undefined
    noted.delete(key)
    at.delete(record.name, key)
    if (record.mixes !== undefined) mixing.delete(record.mixes, key)
    return record.name
  }

  const described = (key: string | undefined): ForeignKey | undefined =>
    key === undefined ? undefined : { key, by: noted.get(key)?.by }

  return {
    at: (name) => described(at.first(name)),
    mixing: (name) => described(mixing.first(name)),
    note(key, value) {
      const record = value === undefined ? undefined : readForeign({ key, value }, options)
      if (value === undefined || !record) return forget(key)
      noteHarm(key, unreadable(value))
      if (key.length > maxKeyLength) return undefined
      const before = noted.get(key)
      const by = writerOf({ key, value }, options.keys)
      const isSame = before?.name === record.name && before.mixes === record.mixes
      noted.set(key, { ...record, by })
      if (isSame) return undefined
      if (before) {
        at.delete(before.name, key)
        if (before.mixes !== undefined) mixing.delete(before.mixes, key)
      }
      at.add(record.name, key)
      if (record.mixes !== undefined) mixing.add(record.mixes, key)
      return record.name
    },
    keep(found) {
      for (const key of noted.keys()) if (!found.has(key)) forget(key)
    },
    counts: () => ({ readable: noted.size - harmful.size, unreadable: harmful.size }),
  }
}

/** Probes of ours are nobody's name. */
const readForeign = (record: DnsRecord, options: Omit<RecordOptions, 'zones'>) =>
  isOwnRecord(record, options) || record.key.endsWith('/probe')
    ? undefined
    : foreignRecord(record, options.keys)

/** Keys by name. */
function createIndex() {
  const index = new Map<string, Set<string>>()
  return {
    first: (name: string) => index.get(name)?.values().next().value,
    add(name: string, key: string) {
      index.set(name, (index.get(name) ?? new Set()).add(key))
    },
    delete(name: string, key: string) {
      const keys = index.get(name)
      keys?.delete(key)
      if (keys?.size === 0) index.delete(name)
    },
  }
}
