import { settle } from '../../../functions/names/conflicts.ts'
import { writerOf } from '../../../functions/names/external-dns/external-dns.ts'
import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey, isHostKey } from '../../../functions/names/records/keys.ts'
import {
  type DnsRecord,
  foreignRecord,
  hasGroup,
  isOwnRecord,
  nameOfRecord,
  placeholderOf,
  recordsOf,
} from '../../../functions/names/records/record.ts'
import { namesAbove } from '../../../functions/names/records/subtree.ts'
import { zoneOf } from '../../../functions/names/zone.ts'
import type { Change, EtcdClient } from '../../clients/etcd.ts'
import type { Disturbance, Following } from '../../record-watch.ts'
import type { Damage } from './damage.ts'
import { isHeld, parseClaims } from './documents.ts'
import type { Foreign } from './foreign.ts'
import type { GroupCommit } from './group-commit.ts'
import { mendHost, removeStray } from './mend.ts'
import type { WritingOptions } from './write-host.ts'

export interface FollowParts {
  readonly etcd: Pick<EtcdClient, 'watch'>
  readonly commits: GroupCommit
  readonly writing: WritingOptions & { readonly foreign: Foreign; readonly damage: Damage }
}

/**
 * Watches what lies below our prefixes and tells of names that others disturbed: a key of ours that they changed
 * or removed, and a key of theirs that came or went at one of our names. What we wrote ourselves, and what
 * another replica wrote that fits together, is taken note of and not told.
 * @throws Compacted, RetryLater: see {@link EtcdClient.watch}
 */
export async function follow(
  { etcd, commits, writing }: FollowParts,
  { revision, opened, tell, signal }: Following & { readonly revision: bigint },
): Promise<void> {
  const { keys, foreign, damage, zones } = writing
  const prefixes = [keys.records, keys.hosts]

  /** Takes note of a change. @returns what looks at it: to be called when all that came with it is noted */
  function note(change: Change): () => readonly Disturbance[] {
    const { key, value } = change
    if (key.startsWith(keys.hosts)) return () => drift(hostOfKey(keys, key), change)
    const name = damage.wasOurs(key) ? undefined : foreign.note(key, value)
    const { name: atName } = nameOfRecord(key, keys)
    if (name === undefined) return () => drift(atName, change)
    return () => [
      ...besides(name, change),
      ...(placesAt(atName).some((ours) => ours.key === key) ? drift(atName, change) : []),
    ]
  }

  /** Whether a name would be written differently now, or a key of ours is there that nobody asked for. */
  const differs = (name: Host, key: string) =>
    zoneOf(name, zones) !== undefined &&
    commits.wouldWrite((view) => {
      mendHost(view, name, writing)
      removeStray(view, key, writing)
    })

  const drift = (name: Host, { key }: Change): readonly Disturbance[] =>
    differs(name, key) ? [{ name, kind: 'changed', key }] : []

  /** Somebody else's key came to a name, or left it: whoever waited for that is to be looked at. */
  function besides(name: string, { key, value }: Change): readonly Disturbance[] {
    const here = name as Host // a key that stands at no Host has no claims, and nobody waits for it
    if (value !== undefined) {
      const told = { key, by: writerOf({ key, value }, keys) }
      const reached = hasGroup(value) ? [here] : [here, ...namesAbove(here, zones)]
      const crowded = reached
        .filter(isOursToAnswer)
        .map((each) => ({ name: each, kind: 'crowded' as const }))
      const mixed = mixedBy({ key, value }).map((each) => ({ name: each, kind: 'mixed' as const }))
      return [...crowded, ...mixed].map((each) => ({ ...each, ...told }))
    }
    const below = commits.knownBelow(keys.host(here)).map((each) => hostOfKey(keys, each))
    return [here, ...below]
      .filter((each) => differs(each, key))
      .map((each) => ({ name: each, kind: 'freed', key }))
  }

  /** The name, if it is one of ours or above some, that CoreDNS answers with all below it because of a key. */
  function mixedBy(record: DnsRecord): readonly string[] {
    const mixes = foreignRecord(record, keys)?.mixes as Host | undefined // of a key, as above
    if (mixes === undefined || zoneOf(mixes, zones) === undefined) return []
    return isOursToAnswer(mixes) || commits.knowsBelow(keys.host(mixes)) ? [mixes] : []
  }

  const recordsAt = (name: Host) =>
    recordsOf(name, settle(name, parseClaims(commits.known(keys.host(name)))), writing)
  /** Also if a record was taken in the same breath. */
  const isOursToAnswer = (name: Host) =>
    isHeld(commits.known(keys.host(name))) ||
    recordsAt(name).some(({ key, value }) => commits.known(key) === value)
  /** What we have at a name, or would have if nobody was in the way. */
  const placesAt = (name: Host) => [...recordsAt(name), placeholderOf(name, writing)]

  const isOurs = ({ key, value }: Change) =>
    key.startsWith(keys.hosts) ||
    commits.known(key) !== undefined ||
    isOwnRecord({ key, value: value ?? '' }, writing)

  for await (const changes of etcd.watch({ prefixes, revision, opened, signal })) {
    const looks: (() => readonly Disturbance[])[] = []
    let areAllNoted = false
    const lookAt = (change: Change) => {
      const look = note(change)
      if (areAllNoted) look().forEach(tell)
      else looks.push(look)
    }
    for (const change of changes) {
      if (change.key.startsWith(keys.hosts) && !isHostKey(keys, change.key)) continue // nobody's claims
      if (!isOurs(change)) lookAt(change)
      else {
        commits.observe(change, (before) => {
          damage.note(change, before)
          lookAt(change)
        })
      }
    }
    areAllNoted = true
    for (const look of looks) look().forEach(tell)
  }
}
