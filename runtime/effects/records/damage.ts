import type { OwnerId } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { hostOfKey, type Keys } from '../../../functions/names/records/keys.ts'
import { isOwnRecord } from '../../../functions/names/records/record.ts'
import type { Change } from '../../clients/etcd.ts'
import { parseClaims, parseOwner } from './documents.ts'
import type { View } from './draft.ts'

/** What somebody else overwrote or deleted while we watched: what was there before is what is right. */
export interface Damage {
  /** @param before the value that we knew */
  note(change: Change, before: string | undefined): void
  /** Whether a key was ours until somebody else wrote it. */
  wasOurs(key: string): boolean
  /** The claims as stored, with those put back that are gone from there without their owner's doing. */
  undone(view: View, host: Host, claims: readonly StoredClaim[]): readonly StoredClaim[]
  /** The name was put right. */
  forget(host: Host): void
}

const maxRemembered = 10_000

export function createDamage(options: { readonly keys: Keys; readonly instance: string }): Damage {
  const { keys } = options
  const overwritten = new Set<string>()
  const lost = new Map<Host, readonly StoredClaim[]>()

  /** An owner that gave up a host wrote its own document in the same transaction. */
  const stillListed = (view: View, host: Host, owner: OwnerId, uid: string): boolean => {
    const document = parseOwner(view.get(keys.owner(owner)))
    return document?.uid === uid && !document.gone && document.hosts.includes(host)
  }

  return {
    note({ key, value }, before) {
      if (key.startsWith(keys.hosts)) {
        const host = hostOfKey(keys, key)
        const now = new Set(parseClaims(value).map(({ owner }) => owner))
        const isLoss = parseClaims(before).some(({ owner }) => !now.has(owner))
        if (isLoss && lost.size < maxRemembered) lost.set(host, parseClaims(before))
        return
      }
      const isOurs = (each: string | undefined) =>
        each !== undefined && isOwnRecord({ key, value: each }, options)
      if (value === undefined || isOurs(value)) overwritten.delete(key)
      else if (isOurs(before) && overwritten.size < maxRemembered) overwritten.add(key)
    },
    wasOurs: (key) => overwritten.has(key),
    undone(view, host, claims) {
      const before = lost.get(host) ?? []
      const isThere = ({ owner }: StoredClaim) => claims.some((each) => each.owner === owner)
      const back = before.filter(
        (claim) => !isThere(claim) && stillListed(view, host, claim.owner, claim.uid),
      )
      if (back.length === 0) return claims
      const known = new Set(before.map(({ owner }) => owner))
      const old = before.filter((claim) => isThere(claim) || back.includes(claim))
      const now = (claim: StoredClaim) => claims.find((each) => each.owner === claim.owner) ?? claim
      return [...old.map(now), ...claims.filter(({ owner }) => !known.has(owner))]
    },
    forget: (host) => void lost.delete(host),
  }
}
