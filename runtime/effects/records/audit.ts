import { type StoredClaim, settle } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey } from '../../../functions/names/keys.ts'
import {
  type DnsRecord,
  isOwnRecord,
  nameOfRecord,
  placeholderOf,
  recordsOf,
} from '../../../functions/names/record.ts'
import { namesAbove } from '../../../functions/names/subtree.ts'
import type { EtcdClient, Stored } from '../../clients/etcd.ts'
import type { Audit } from '../../function.ts'
import { formatOwner, parseClaims, parseOwner, readClaims } from './documents.ts'
import type { View } from './draft.ts'
import type { Foreign } from './foreign.ts'
import type { GroupCommit } from './group-commit.ts'
import { keepSilent, settled, type WritingOptions, writeHost } from './write-host.ts'

/**
 * Reads all that we keep and puts right what does not fit together: a host's records follow its claims, each
 * claim is listed by its owner's document (so that it can be found and taken back), and a record of our
 * writing that no claim stands behind goes. What the objects want is not asked here.
 */
export async function audit(
  etcd: EtcdClient,
  commits: GroupCommit,
  options: WritingOptions & { readonly foreign: Foreign },
): Promise<Audit> {
  const { keys } = options
  const [owners, hosts, records] = await Promise.all([
    readAll(etcd, keys.owners),
    readAll(etcd, keys.hosts),
    readAll(etcd, keys.records, (key, value) => {
      options.foreign.note(key, value)
      return isOwnRecord({ key, value }, options)
    }),
  ])
  commits.learn(keys.owners, owners)
  commits.learn(keys.hosts, hosts)
  commits.learn(keys.records, records)

  const wanted = new Set<string>()
  const names = new Set<string>(options.zones)
  const listed = new Set<string>()
  for (const [key, { value }] of owners) {
    for (const host of parseOwner(value)?.hosts ?? []) listed.add(`${key} ${host}`)
  }
  const repairs: ((view: View) => boolean)[] = []
  const isAsStored = (record: DnsRecord) => records.get(record.key)?.value === record.value
  for (const [key, { value }] of hosts) {
    const host = hostOfKey(keys, key)
    const claims = parseClaims(value)
    const expected = recordsOf(host, settle(claims), options)
    for (const record of expected) wanted.add(record.key)
    for (const name of [host, ...namesAbove(host, options.zones)]) names.add(name)
    if (claims.length === 0 || !expected.every(isAsStored)) {
      repairs.push((view) => rewriteHost(view, host, options))
    }
    for (const claim of claims) {
      if (listed.has(`${keys.owner(claim.owner)} ${host}`)) continue
      repairs.push((view) => listHost(view, host, claim, options))
    }
  }
  for (const name of names) {
    const placeholder = placeholderOf(name, options)
    wanted.add(placeholder.key)
    const mayNeedNone = hosts.has(keys.host(name as Host)) && !records.has(placeholder.key)
    if (isAsStored(placeholder) && !hosts.has(keys.host(name as Host))) continue
    if (!mayNeedNone) repairs.push((view) => keepSilent(view, name as Host, options)) // a host, or above one
  }
  for (const key of records.keys()) {
    if (!wanted.has(key)) repairs.push((view) => removeStray(view, key, options))
  }
  const outcomes = await Promise.all(repairs.map((repair) => commits.transact(repair)))
  return { hosts: hosts.size, mended: outcomes.filter(Boolean).length }
}

export async function readAll(
  etcd: Pick<EtcdClient, 'readPrefix'>,
  prefix: string,
  filter: (key: string, value: string) => boolean = () => true,
): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>()
  for await (const page of etcd.readPrefix(prefix)) {
    for (const { key, value, modRevision } of page) {
      if (filter(key, value)) found.set(key, { value, modRevision })
    }
  }
  return found
}

const rewriteHost = (view: View, host: Host, options: WritingOptions): boolean =>
  writeHost(view, host, readClaims(view, options.keys, host), options).changed

/** A claim whose owner does not know of it: an owner at the oldest position, which any event supersedes. */
function listHost(view: View, host: Host, claim: StoredClaim, options: WritingOptions): boolean {
  const key = options.keys.owner(claim.owner)
  const stored = parseOwner(view.get(key))
  const known = stored && !stored.gone ? stored : undefined
  if (known?.hosts.includes(host)) return false
  const claims = readClaims(view, options.keys, host)
  if (!claims.some(({ owner }) => owner === claim.owner)) return false
  const at = known?.at ?? { era: 0, version: 0n }
  const hosts = [...(known?.hosts ?? []), host]
  view.put(key, formatOwner({ uid: known?.uid ?? claim.uid, at, hosts, gone: false }))
  return true
}

/** A record of our writing that no claim stands behind, or a placeholder above nothing. */
function removeStray(view: View, key: string, options: WritingOptions): boolean {
  const value = view.get(key)
  if (value === undefined || !isOwnRecord({ key, value }, options)) return false
  const { name } = nameOfRecord(key, options.keys)
  if (placeholderOf(name, options).key === key) return keepSilent(view, name, options)
  const { records } = settled(view, name, readClaims(view, options.keys, name), options)
  if (records.some((record) => record.key === key)) return false
  view.delete(key)
  return true
}
