import type { Settlement, StoredClaim } from '../../../functions/names/conflicts.ts'
import { type Rival, rivalsOf } from '../../../functions/names/external-dns/rivals.ts'
import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey, type KeyOptions, keysOf } from '../../../functions/names/records/keys.ts'
import { type DnsRecord, recordsOf } from '../../../functions/names/records/record.ts'
import { type KeptKey, type KeptName, keptKey } from '../../../functions/names/story/kept.ts'
import { createDamage } from './damage.ts'
import { parseClaims } from './documents.ts'
import { Draft } from './draft.ts'
import { createForeign } from './foreign.ts'
import { Known } from './known.ts'
import type { Snapshot } from './snapshot.ts'
import { settled } from './write-host.ts'

/** What a snapshot says, by the rules that write it. */
export interface Reading {
  /** Every key under the record prefix. */
  readonly keys: readonly KeptKey[]
  /** Hosts that are claimed, and keys of somebody else, sorted by host. */
  readonly names: readonly KeptName[]
  /** Oldest first. */
  claims(host: Host): readonly StoredClaim[]
  /** How they settle beside what others keep, and the records that there ought to be. */
  settled(host: Host): { readonly settlement: Settlement; readonly records: readonly DnsRecord[] }
  /** Who else has to do with a host that is claimed. */
  rivals(host: Host): readonly Rival[]
  /** Whether such a record is there. */
  holds(record: DnsRecord): boolean
}

export interface ReadingOptions extends KeyOptions {
  readonly zones: readonly string[]
}

export function readingOf(snapshot: Snapshot, { zones, ...naming }: ReadingOptions): Reading {
  const keys = keysOf(naming)
  const foreign = createForeign({ keys, instance: naming.instance })
  const damage = createDamage({ keys, instance: naming.instance })
  const options = { keys, instance: naming.instance, zones, foreign, damage }
  const known = new Known(keys.hosts)
  const kept: KeptKey[] = []
  const recordsAt = new Map<string, KeptKey[]>()
  for (const [key, stored] of snapshot) {
    known.set(key, stored)
    if (!key.startsWith(keys.records)) continue
    foreign.note(key, stored.value)
    const each = keptKey({ key, value: stored.value }, options)
    kept.push(each)
    if (each.what === 'record')
      recordsAt.set(each.name, [...(recordsAt.get(each.name) ?? []), each])
  }

  const claims = (host: Host) => parseClaims(known.get(keys.host(host))?.value)
  const settledAt = (host: Host) => settled(new Draft(known), host, claims(host), options)

  function nameAt(host: Host): KeptName {
    const records = recordsAt.get(host) ?? []
    const { refused } = settledAt(host).settlement
    const isRefused = ({ owner }: StoredClaim) => refused.has(owner)
    return {
      host,
      types: [...new Set(records.map(({ type }) => type))].sort(),
      targets: records.map(({ target }) => target).sort(),
      ttl: records[0]?.ttl,
      owners: claims(host)
        .filter((claim) => !isRefused(claim))
        .map(({ owner }) => owner),
      waiting: claims(host)
        .filter(isRefused)
        .map(({ owner }) => owner),
    }
  }

  return {
    keys: kept,
    claims,
    settled: settledAt,
    rivals(host) {
      const targets = claims(host).flatMap((claim) => claim.targets)
      if (targets.length === 0) return []
      const own = recordsOf(host, { targets, ttl: 0 }, options)
      const others = kept.filter(({ what }) => what === 'foreign')
      return rivalsOf(host, others, {
        keys,
        isHeld: settledAt(host).records.length > 0,
        ownKeys: new Set(own.map(({ key }) => key)),
      })
    },
    holds: ({ key, value }) => snapshot.get(key)?.value === value,
    get names() {
      const hosts = new Set<string>(recordsAt.keys())
      for (const key of snapshot.keys())
        if (key.startsWith(keys.hosts)) hosts.add(hostOfKey(keys, key))
      const ours = [...hosts].map((host) => nameAt(host as Host)) // a key of ours has a host in it
      const others = kept.filter(({ what }) => what === 'foreign').map(foreignName)
      return [...ours, ...others].sort(byHost)
    },
  }
}

const foreignName = ({ name, type, target, ttl, key }: KeptKey): KeptName => ({
  host: name,
  types: [type],
  targets: target === '' ? [] : [target],
  ttl,
  owners: [],
  waiting: [],
  foreignKey: key,
})

const byHost = (a: KeptName, b: KeptName): number =>
  a.host < b.host ? -1 : a.host > b.host ? 1 : 0
