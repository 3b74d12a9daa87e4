import { type StoredClaim, settle } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import type { Limits } from '../../../functions/names/policy/policy.ts'
import { hostOfKey, isHostKey, nameOfPointers } from '../../../functions/names/records/keys.ts'
import { type Pointing, pointingsOf } from '../../../functions/names/records/pointer.ts'
import {
  type DnsRecord,
  isOwnRecord,
  nameOfRecord,
  placeholderOf,
  recordsOf,
} from '../../../functions/names/records/record.ts'
import { alwaysSilent, namesAbove } from '../../../functions/names/records/subtree.ts'
import type { EtcdClient, Stored } from '../../clients/etcd.ts'
import type { Audit } from '../../function.ts'
import { parseOwner, readableClaims } from './documents.ts'
import type { View } from './draft.ts'
import type { Foreign } from './foreign.ts'
import type { GroupCommit } from './group-commit.ts'
import { dropLeft, listHost, mendHost, removeStray } from './mend.ts'
import { groupPointings, mendPointer } from './mend-pointer.ts'
import { correctCount, countsOf } from './quota.ts'
import { keepSilent, type WritingOptions } from './write-host.ts'

/**
 * Reads all that we keep and puts right what does not fit together: a host's records follow its claims, each
 * claim is listed by its owner's document (so that it can be found and taken back), and a record of our
 * writing that no claim stands behind goes. What the objects want is not asked here: claims that nobody can
 * read are left, with their records, to the event of an owner that lists the host.
 */
export async function audit(
  etcd: EtcdClient,
  commits: GroupCommit,
  options: WritingOptions & { readonly foreign: Foreign },
  limits: Limits,
): Promise<Audit> {
  const { keys } = options
  const foreign = new Set<string>()
  const [owners, hosts, namespaces, pointers, records] = await Promise.all([
    readAll(etcd, keys.owners),
    readAll(etcd, keys.hosts, (key) => isHostKey(keys, key)),
    readAll(etcd, keys.namespaces),
    readAll(etcd, keys.allPointers),
    readAll(etcd, keys.records, (key, value) => {
      options.foreign.note(key, value)
      const isOwn = isOwnRecord({ key, value }, options)
      if (!isOwn) foreign.add(key)
      return isOwn
    }),
  ])
  options.foreign.keep(foreign)
  commits.learn(keys.owners, owners)
  commits.learn(keys.hosts, hosts)
  commits.learn(keys.namespaces, namespaces)
  commits.learn(keys.allPointers, pointers)
  commits.learn(keys.records, records)

  const nameOf = (key: string) => nameOfPointers(keys, key)
  const wanted = new Set([...pointers.keys()].map((key) => keys.pointer(nameOf(key))))
  const pointings: Pointing[] = []
  const silent = new Set(alwaysSilent(options.zones))
  const listed = new Set<string>()
  for (const [key, { value }] of owners) {
    for (const host of parseOwner(value)?.hosts ?? []) listed.add(`${key} ${host}`).add(host)
  }
  const awaited = new Set<string>()
  const stored: (readonly StoredClaim[])[] = []
  const repairs: ((view: View) => boolean)[] = []
  const isAsStored = (record: DnsRecord) => records.get(record.key)?.value === record.value
  for (const [key, { value }] of hosts) {
    const host = hostOfKey(keys, key)
    for (const name of namesAbove(host, options.zones)) silent.add(name)
    const readable = readableClaims(value)
    if (listed.has(host) && !readable) {
      awaited.add(host)
      continue
    }
    const claims = readable ?? []
    stored.push(claims)
    const settlement = settle(host, claims)
    const expected = recordsOf(host, settlement, options)
    pointings.push(...pointingsOf(host, settlement.targets, options))
    for (const record of expected) wanted.add(record.key)
    if (claims.length === 0 || !expected.every(isAsStored)) {
      repairs.push((view) => mendHost(view, host, options).changed)
    }
    if (!limits.keepNames && claims.some(({ left }) => left)) {
      repairs.push((view) => dropLeft(view, host, options))
    }
    for (const claim of claims) {
      if (claim.left || listed.has(`${keys.owner(claim.owner)} ${host}`)) continue
      repairs.push((view) => listHost(view, host, claim, options))
    }
  }
  const pointing = groupPointings(pointings)
  for (const name of pointing.keys()) wanted.add(keys.pointer(name))
  for (const name of silent) {
    const placeholder = placeholderOf(name, options)
    wanted.add(placeholder.key)
    if (isAsStored(placeholder)) continue
    repairs.push((view) => keepSilent(view, name as Host, options)) // above a host, or made of a zone
  }
  for (const key of records.keys()) {
    if (!wanted.has(key) && !awaited.has(nameOfRecord(key, keys).name))
      repairs.push((view) => removeStray(view, key, options))
  }
  if (limits.namesPerNamespace !== undefined) {
    const counts = countsOf(stored, keys)
    for (const key of new Set([...counts.keys(), ...namespaces.keys()])) {
      const count = { found: namespaces.get(key)?.value, right: counts.get(key) }
      repairs.push((view) => correctCount(view, key, count))
    }
  }
  const outcomes = await Promise.all(repairs.map((repair) => commits.transact(repair)))
  const reverse = new Set([...pointing.keys(), ...[...pointers.keys()].map(nameOf)])
  const repointed = await Promise.all(
    [...reverse].map((name) =>
      commits.transact((view) => mendPointer(view, name, options, pointing.get(name))),
    ),
  )
  const mended = [...outcomes, ...repointed].filter(Boolean).length
  return { hosts: hosts.size, mended }
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
