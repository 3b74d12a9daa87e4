import { RetryLater } from './errors.ts'
import type { Records } from './function.ts'

/**
 * The time between one leader's beginning and the next one's, kept in the store. What was seen of the cluster
 * counts in the epoch in which it was seen only: a replica that was frozen meanwhile can't write what it knew.
 */
export interface EpochRecords extends Records {
  /** The epoch of now; empty if none was ever begun. */
  epoch(): Promise<string>
  /** The same records, whose `replace` and `release` throw {@link EpochOver} once the epoch is over. */
  inEpoch(epoch: string): Records
}

/** The event is asked about anew before it is tried again. */
export class EpochOver extends RetryLater {
  readonly epoch: string
  constructor(epoch: string) {
    super(`the epoch "${epoch}" is over, another leader took over: what it knew is asked for again`)
    this.epoch = epoch
  }
}
