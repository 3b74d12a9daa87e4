import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { isInReverseZone } from '../../../functions/names/records/pointer.ts'
import {
  isOwnRecord,
  nameOfRecord,
  placeholderOf,
} from '../../../functions/names/records/record.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { formatOwner, parseOwner, readClaims } from './documents.ts'
import type { View } from './draft.ts'
import { mendPointer } from './mend-pointer.ts'
import {
  type HostOutcome,
  keepSilent,
  settled,
  type WritingOptions,
  writeHost,
} from './write-host.ts'

/** Makes a host's records what its claims ask for: those that are stored, and those that others took away. */
export const mendHost = (view: View, host: Host, options: WritingOptions): HostOutcome => {
  if (isInReverseZone(host, options.zones)) {
    const none = new Map()
    return { changed: mendPointer(view, host, options), refused: none, refusedBefore: none }
  }
  const stored = readClaims(view, options.keys, host)
  const claims = options.damage.undone(view, host, stored)
  const outcome = writeHost(view, host, claims, options, stored)
  return { ...outcome, changed: keepSilent(view, host, options) || outcome.changed }
}

/** Names that were kept after their owners went, go. */
export function dropLeft(view: View, host: Host, options: WritingOptions): boolean {
  const claims = readClaims(view, options.keys, host)
  const live = claims.filter(({ left }) => !left)
  return live.length < claims.length && writeHost(view, host, live, options, claims).changed
}

/** A claim whose owner does not know of it: an owner at the oldest position, which any event supersedes. */
export function listHost(
  view: View,
  host: Host,
  claim: StoredClaim,
  options: WritingOptions,
): boolean {
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

/** A record of our writing that no claim stands behind, or a placeholder above nothing, goes. */
export function removeStray(view: View, key: string, options: WritingOptions): boolean {
  const value = view.get(key)
  if (value === undefined || !isOwnRecord({ key, value }, options)) return false
  const { name } = nameOfRecord(key, options.keys)
  if (key === options.keys.pointer(name)) return mendPointer(view, name, options)
  if (placeholderOf(name, options).key === key) return keepSilent(view, name, options)
  const { records } = settled(view, name, readClaims(view, options.keys, name), options)
  if (records.some((record) => record.key === key)) return false
  view.delete(key)
  return true
}

/** More at one name than this is left to the next reconcile, as is what lies at a name with a large subtree. */
const maxStrays = 40

/** Keys of our writing that stand at a name itself, be they right or not. */
export async function ownKeysAt(
  etcd: Pick<EtcdClient, 'readPrefix'>,
  name: Host,
  options: WritingOptions,
): Promise<readonly string[]> {
  for await (const page of etcd.readPrefix(options.keys.record(name, ''))) {
    return page
      .filter((record) => isOwnRecord(record, options))
      .filter(({ key }) => nameOfRecord(key, options.keys).name === name)
      .slice(0, maxStrays)
      .map(({ key }) => key)
  }
  return []
}
