import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import { writerOf } from '../../../functions/names/external-dns/external-dns.ts'
import {
  byName,
  type KeysOfName,
  type TakeoverOptions,
} from '../../../functions/names/external-dns/takeover.ts'
import type { Host } from '../../../functions/names/host.ts'
import {
  type DnsRecord,
  foreignRecord,
  isOwnRecord,
  nameOfForeign,
} from '../../../functions/names/records/record.ts'
import { namesAbove } from '../../../functions/names/records/subtree.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { readAll } from './audit.ts'
import { parseClaims } from './documents.ts'
import type { Foreign, ForeignKey } from './foreign.ts'
import type { GroupCommit } from './group-commit.ts'
import type { WritingOptions } from './write-host.ts'

/** One reading of the whole store: what others keep, by name, and who claims what with us. */
export interface StoredNames {
  readonly foreign: ReadonlyMap<string, KeysOfName>
  claims(name: string): readonly StoredClaim[]
  /** Keys of others at the names between this one and its zone. */
  foreignAbove(name: string): readonly string[]
  /** What a decision sees of others that deletes some of their keys. */
  foreignWithout(records: readonly DnsRecord[]): Pick<Foreign, 'at' | 'mixing'>
  /** They went. */
  forget(records: readonly DnsRecord[]): void
}

export interface ReadingOptions extends WritingOptions {
  readonly etcd: EtcdClient
  readonly commits: GroupCommit
}

export async function readNames(
  { etcd, commits, keys, instance, zones }: ReadingOptions,
  naming: TakeoverOptions['naming'],
): Promise<StoredNames> {
  const read = async (prefix: string) => {
    const found = await readAll(etcd, prefix)
    commits.learn(prefix, found)
    return found
  }
  const [hosts, records] = await Promise.all([
    read(keys.hosts),
    read(keys.records),
    read(keys.adopted),
  ])
  const isForeign = (record: DnsRecord) =>
    !isOwnRecord(record, { keys, instance }) && !record.key.endsWith('/probe')
  const others = [...records].map(([key, { value }]) => ({ key, value })).filter(isForeign)
  const foreign = byName(others, { keys, naming })
  const mixing = Map.groupBy(others, (record) => foreignRecord(record, keys)?.mixes)
  const described = (record: DnsRecord | undefined): ForeignKey | undefined =>
    record && { key: record.key, by: writerOf(record, keys) }
  const recordsAt = (name: string) => [...(foreign.get(name)?.at.values() ?? [])]

  return {
    foreign,
    claims: (name) => parseClaims(hosts.get(keys.host(name as Host))?.value), // a name of a key
    foreignAbove: (name) =>
      namesAbove(name, zones)
        .flatMap(recordsAt)
        .map(({ key }) => key),
    foreignWithout: (taken) => {
      const gone = new Set(taken.map(({ key }) => key))
      const isThere = (key: string) => !gone.has(key)
      return {
        at: (name) => described(recordsAt(name).find(({ key }) => isThere(key))),
        mixing: (name) => described(mixing.get(name)?.find(({ key }) => isThere(key))),
      }
    },
    forget(taken) {
      for (const record of taken) foreign.get(nameOfForeign(record, keys))?.at.delete(record.key)
    },
  }
}
