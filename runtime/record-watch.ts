/**
 * What somebody else did at a name of ours: `changed` a key that we keep or should keep, `crowded` it with a key
 * of theirs, so that CoreDNS answers both, `mixed` it with all names below it by a key of another group, or
 * `freed` a name that a claim waits for.
 */
export interface Disturbance {
  readonly name: string
  readonly kind: 'changed' | 'crowded' | 'mixed' | 'freed'
  /** The key in etcd. */
  readonly key: string
  /** Who wrote a key that crowds or mixes a name, if that can be told. */
  readonly by?: string | undefined
}

export interface Following {
  /** The watch is open: what happens from now on is told within milliseconds. */
  readonly opened: () => void
  readonly tell: (disturbance: Disturbance) => void
  readonly signal: AbortSignal
}

/** The record store, as a source of events sees it. */
export interface RecordWatch {
  /**
   * Tells of each disturbance since the store was last read in full; reads it if that is too long ago.
   * @throws RetryLater when the watch is lost, to be called again after a back-off; the signal's reason
   */
  follow(following: Following): Promise<void>
}
