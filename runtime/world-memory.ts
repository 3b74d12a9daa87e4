import type { Owner } from '../functions/names/claim.ts'

/** What a source of objects needs of what is stored, to tell which objects went while nobody looked. */
export interface WorldMemory {
  /** Every owner of a kind, as etcd has it now. */
  remembered(kind: string): Promise<readonly RememberedOwner[]>
  /** The cluster that the stored names come from; the given one if none was noted before. */
  cluster(uid: string): Promise<{ readonly uid: string; readonly era: number }>
  /** Makes everything stored count as older than what that cluster says from now on. */
  beginEra(uid: string): Promise<{ readonly uid: string; readonly era: number }>
}

export interface RememberedOwner {
  readonly owner: Owner
  /** Hosts that it may have claims on. */
  readonly names: number
}
