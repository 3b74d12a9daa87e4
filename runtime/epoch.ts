import { RetryLater } from './errors.ts'
import type { Records } from './function.ts'

/**
 * The time between one leader's beginning and the next one's, kept in the store. What a leader's watch has
 * told counts in its epoch only: a leader that was frozen meanwhile can't write what it knew before.
 */
export interface EpochRecords extends Records {
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
