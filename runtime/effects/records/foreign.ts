import {
  type DnsRecord,
  type ForeignRecord,
  foreignRecord,
  isOwnRecord,
  type RecordOptions,
} from '../../../functions/names/record.ts'

/**
 * What others keep under the record prefix, by the names at which CoreDNS answers it. It is as new as the
 * last read, and no transaction compares it: who wrote first keeps a name, for both at once there is no rule.
 */
export interface Foreign {
  /** A key of somebody else at this very name. */
  at(name: string): string | undefined
  /** A key of somebody else that makes CoreDNS answer this name with all that is below it. */
  mixing(name: string): string | undefined
  /** Takes note of a key and its value, or that it went. @returns the name, if something changed there */
  note(key: string, value: string | undefined): string | undefined
  /** Forgets the keys that are not among those found. */
  keep(found: ReadonlySet<string>): void
}

export function createForeign(options: Omit<RecordOptions, 'zones'>): Foreign {
  const noted = new Map<string, ForeignRecord>()
  const at = createIndex()
  const mixing = createIndex()

  function forget(key: string): string | undefined {
    const record = noted.get(key)
    if (!record) return undefined
    noted.delete(key)
    at.delete(record.name, key)
    if (record.mixes !== undefined) mixing.delete(record.mixes, key)
    return record.name
  }

  return {
    at: at.first,
    mixing: mixing.first,
    note(key, value) {
      const record = value === undefined ? undefined : readForeign({ key, value }, options)
      if (!record) return forget(key)
      const before = noted.get(key)
      if (before?.name === record.name && before.mixes === record.mixes) return undefined
      forget(key)
      noted.set(key, record)
      at.add(record.name, key)
      if (record.mixes !== undefined) mixing.add(record.mixes, key)
      return record.name
    },
    keep(found) {
      for (const key of noted.keys()) if (!found.has(key)) forget(key)
    },
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
