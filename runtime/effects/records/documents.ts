import { z } from 'zod'
import type { OwnerId, Position } from '../../../functions/names/claim.ts'
import type { StoredClaim } from '../../../functions/names/conflicts.ts'
import type { Host } from '../../../functions/names/host.ts'
import { type Keys, ownerOfKey } from '../../../functions/names/records/keys.ts'
import type { View } from './draft.ts'

/**
 * What we keep of an owner: the hosts it may have claims on, and the position that was last applied. One
 * that went is kept as `gone` for a while, so that a late event does not bring it back.
 */
export interface OwnerDocument {
  readonly uid: string
  readonly at: Position
  readonly hosts: readonly Host[]
  readonly gone: boolean
}

const ownerSchema = z.object({
  uid: z.string(),
  era: z.number().int(),
  version: z.string().regex(/^\d+$/),
  seen: z.string().regex(/^\d+$/).optional(),
  hosts: z.array(z.string()).default([]),
  gone: z.boolean().default(false),
})

const claimsSchema = z.object({
  claims: z.array(
    z.object({
      owner: z.string(),
      uid: z.string(),
      targets: z.array(z.string()),
      ttl: z.number().int(),
      since: z.string().optional(),
      left: z.boolean().optional(),
    }),
  ),
  held: z.boolean().optional(),
})

/** @returns undefined for what is not there or not ours to understand; it is then written anew */
export function parseOwner(text: string | undefined): OwnerDocument | undefined {
  if (text === undefined) return undefined
  const parsed = ownerSchema.safeParse(json(text))
  if (!parsed.success) return undefined
  const { uid, era, version, seen, hosts, gone } = parsed.data
  const at = { era, version: BigInt(version), ...(seen !== undefined && { seen: BigInt(seen) }) }
  return { uid, at, hosts: hosts as Host[], gone } // ours: written from Hosts
}

export const formatOwner = ({ uid, at, hosts, gone }: OwnerDocument): string =>
  JSON.stringify({
    uid,
    era: at.era,
    version: String(at.version),
    ...(at.seen !== undefined && { seen: String(at.seen) }),
    ...(gone ? { gone } : { hosts }),
  })

/** @returns undefined for claims that nobody can read: what stands behind them is not known */
export const readableClaims = (text: string): readonly StoredClaim[] | undefined =>
  claimsSchema.safeParse(json(text)).data?.claims

/** Whether somebody left something else than claims in the place of a host's document. */
export const isUnreadable = (document: string | undefined): boolean =>
  document !== undefined && readableClaims(document) === undefined

export const parseClaims = (text: string | undefined): readonly StoredClaim[] =>
  (text === undefined ? undefined : readableClaims(text)) ?? []

/** @param held whether the host has records of ours now: see {@link isHeld} */
export function writeClaims(
  view: View,
  keys: Keys,
  host: Host,
  claims: readonly StoredClaim[],
  held: boolean,
): void {
  if (claims.length === 0) view.delete(keys.host(host))
  else view.put(keys.host(host), JSON.stringify({ claims, ...(held && { held }) }))
}

/**
 * Whether a host's document says that there were records of ours when its claims were last written. Where they are
 * missing, somebody took them, and whoever keeps keys there came later. Documents of older versions don't say it.
 */
export const isHeld = (document: string | undefined): boolean =>
  claimsSchema.safeParse(json(document ?? '')).data?.held === true

export const readClaims = (view: View, keys: Keys, host: Host): readonly StoredClaim[] =>
  parseClaims(view.get(keys.host(host)))

/** The owner behind a key below `keys.owners`, with the document found there. */
export function rememberedOwner(
  keys: Keys,
  { key, value }: { key: string; value: string },
): { id: OwnerId; document: OwnerDocument } | undefined {
  const document = parseOwner(value)
  const id = ownerOfKey(keys, key)
  return document && id?.split('/').length === 3 ? { id, document } : undefined
}

/** @returns undefined for what is no JSON */
export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
