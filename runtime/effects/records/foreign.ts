import {
  type DnsRecord,
  isOwnRecord,
  nameOfForeign,
  type RecordOptions,
} from '../../../functions/names/record.ts'

/**
 * What others keep under the record prefix, by the names at which CoreDNS answers it. It is as new as the
 * last read, and no transaction compares it: who wrote first keeps a name, for both at once there is no rule.
 */
export interface Foreign {
  /** A key of somebody else at this very name. */
  at(name: string): string | undefined
  /** Takes note of a key and its value, or that it went. @returns the name, if something changed there */
  note(key: string, value: string | undefined): string | undefined
}

export function createForeign(options: Omit<RecordOptions, 'zones'>): Foreign {
  const nameOf = new Map<string, string>()
  const keysAt = new Map<string, Set<string>>()

  function forget(key: string): string | undefined {
    const name = nameOf.get(key)
    if (name === undefined) return undefined
    nameOf.delete(key)
    const keys = keysAt.get(name)
    keys?.delete(key)
    if (keys?.size === 0) keysAt.delete(name)
    return name
  }

  return {
    at: (name) => keysAt.get(name)?.values().next().value,
    note(key, value) {
      if (value === undefined || !isForeign({ key, value }, options)) return forget(key)
      const name = nameOfForeign({ key, value }, options.keys)
      if (nameOf.get(key) === name) return undefined
      forget(key)
      nameOf.set(key, name)
      const keys = keysAt.get(name) ?? new Set()
      keysAt.set(name, keys.add(key))
      return name
    },
  }
}

/** Probes of ours are nobody's name. */
const isForeign = (record: DnsRecord, options: Omit<RecordOptions, 'zones'>): boolean =>
  !isOwnRecord(record, options) && !record.key.endsWith('/probe')
