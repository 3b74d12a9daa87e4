import {
  type DnsRecord,
  isOwnRecord,
  nameOfForeign,
  type RecordOptions,
} from '../../../functions/names/record.ts'
import { unreadable } from '../../../functions/names/skydns.ts'

/**
 * What others keep under the record prefix, by the names at which CoreDNS answers it. It is as new as the
 * last read, and no transaction compares it: who wrote first keeps a name, for both at once there is no rule.
 */
export interface Foreign {
  /** A key of somebody else at this very name. */
  at(name: string): string | undefined
  /** Takes note of a key and its value, or that it went. @returns the name, if something changed there */
  note(key: string, value: string | undefined): string | undefined
  /** Forgets the keys that were not noted since this was called the last time: all were read meanwhile. */
  forgetUnnoted(): void
  /** How many there are, and how many of them CoreDNS can't read. */
  counts(): { readonly readable: number; readonly unreadable: number }
}

export interface ForeignOptions extends Omit<RecordOptions, 'zones'> {
  /** Told once of a key that CoreDNS can't read, and why. */
  readonly onUnreadable?: ((key: string, why: string) => void) | undefined
}

/** A key that is longer stands at no name (RFC 1035 2.3.4: 255 octets): it is told if it does harm, not kept. */
const maxKeyLength = 512

export function createForeign(options: ForeignOptions): Foreign {
  const nameOf = new Map<string, string>()
  const keysAt = new Map<string, Set<string>>()
  const harmful = new Set<string>()
  let noted = new Set<string>()

  function forget(key: string): string | undefined {
    harmful.delete(key)
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
      const why = unreadable(value)
      if (why !== undefined && !harmful.has(key))
        options.onUnreadable?.(key.slice(0, maxKeyLength), why)
      if (key.length > maxKeyLength) return undefined
      noted.add(key)
      const name = nameOfForeign({ key, value }, options.keys)
      const isNew = nameOf.get(key) !== name
      if (isNew) forget(key)
      if (why === undefined) harmful.delete(key)
      else harmful.add(key)
      if (!isNew) return undefined
      nameOf.set(key, name)
      const keys = keysAt.get(name) ?? new Set()
      keysAt.set(name, keys.add(key))
      return name
    },
    forgetUnnoted() {
      for (const key of nameOf.keys()) if (!noted.has(key)) forget(key)
      noted = new Set()
    },
    counts: () => ({ readable: nameOf.size - harmful.size, unreadable: harmful.size }),
  }
}

/** Probes of ours are nobody's name. */
const isForeign = (record: DnsRecord, options: Omit<RecordOptions, 'zones'>): boolean =>
  !isOwnRecord(record, options) && !record.key.endsWith('/probe')
