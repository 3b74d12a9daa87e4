import type { OwnerId } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey, type Keys, ownerOfKey } from '../../../functions/names/records/keys.ts'
import { nameOfRecord, placeholderOf } from '../../../functions/names/records/record.ts'
import type { EtcdClient } from '../../../runtime/clients/etcd.ts'
import {
  type OwnerDocument,
  parseClaims,
  parseOwner,
} from '../../../runtime/effects/records/documents.ts'
import type { ForeignKey } from './foreign.ts'

/** All that is in etcd, at one revision; what the foreign writer did not put counts as ours. */
export interface Snapshot {
  readonly keys: ReadonlyMap<string, string>
  readonly owners: ReadonlyMap<OwnerId, OwnerDocument>
  readonly claims: ReadonlyMap<string, readonly StoredClaim[]>
  /** Our records by name: their values by key. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Our placeholders by name. */
  readonly placeholders: ReadonlyMap<string, string>
  /** Keys that should not be there. */
  readonly strays: readonly string[]
}

export interface Surroundings {
  readonly keys: Keys
  readonly instance: string
  readonly recordPrefix: string
  /** Keys in our record prefix. */
  readonly foreign: ReadonlyMap<string, ForeignKey>
  /** Keys outside our prefixes. */
  readonly neighbours: ReadonlyMap<string, string>
}

export async function takeSnapshot(etcd: EtcdClient, around: Surroundings): Promise<Snapshot> {
  const { keys, instance, foreign, neighbours } = around
  const found = new Map<string, string>()
  for await (const page of etcd.readPrefix('/')) {
    for (const { key, value } of page) found.set(key, value)
  }
  const owners = new Map<OwnerId, OwnerDocument>()
  const claims = new Map<string, readonly StoredClaim[]>()
  const records = new Map<string, Map<string, string>>()
  const placeholders = new Map<string, string>()
  const strays: string[] = []
  const known = [keys.schema, keys.cluster, keys.epoch, keys.watched]
  for (const [key, value] of found) {
    if (foreign.has(key) || neighbours.has(key) || known.includes(key)) continue
    const document = key.startsWith(keys.owners) ? parseOwner(value) : undefined
    if (document) owners.set(ownerOfKey(keys, key) ?? key, document)
    else if (key.startsWith(keys.hosts)) claims.set(hostOfKey(keys, key), parseClaims(value))
    else if (key.startsWith(keys.records)) {
      const { name } = nameOfRecord(key, keys)
      const options = { keys, instance, zones: [] }
      if (placeholderOf(name, options).key === key) placeholders.set(name, value)
      else records.set(name, (records.get(name) ?? new Map()).set(key, value))
    } else strays.push(key)
  }
  return { keys: found, owners, claims, records, placeholders, strays }
}

export const claimsOf = (snapshot: Snapshot, owner: OwnerId): Map<string, StoredClaim> => {
  const found = new Map<string, StoredClaim>()
  for (const [host, claims] of snapshot.claims) {
    const claim = claims.find((each) => each.owner === owner)
    if (claim) found.set(host, claim)
  }
  return found
}

export const answers = ({ records }: Snapshot, name: string): boolean =>
  (records.get(name as Host)?.size ?? 0) > 0
