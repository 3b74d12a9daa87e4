import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Lease, LeaseObject } from './lease.ts'

/** What a replica that does not lead knows of the Lease, and when it may take it. */
export interface Candidacy {
  /**
   * Resolves once nobody holds the Lease any more, as far as we know; the write that takes it compares.
   * @returns what to write over; undefined if there is no Lease
   * @throws RetryLater if the API server does not answer as it should
   */
  untilFree(signal: AbortSignal): Promise<LeaseObject | undefined>
  /** Whether somebody else was seen taking or renewing it and its time is not over: one found there may be dead. */
  readonly othersLead: boolean
}

export interface CandidacyOptions {
  readonly lease: Lease
  readonly identity: string
  /** For a holder that states no time of its own. */
  readonly leaseSeconds: number
  readonly clock: Clock
  /** Told why the Lease can't be watched; it is read again and again then. */
  readonly onTrouble: (message: string) => void
}

/** Between two reads while there is no watch. */
const pollMs = 250
/** Our settings allow no more: a Lease that was edited by hand keeps nobody from leading for an hour. */
const maxLeaseSeconds = 60

/**
 * A holder's time is counted on our own clock from when we saw its last change, however its clock goes: by then
 * it has long been counting itself.
 */
export function createCandidacy({
  lease,
  identity,
  leaseSeconds,
  clock,
  onTrouble,
}: CandidacyOptions): Candidacy {
  let seen: LeaseObject | undefined
  let freeAt = clock.now()
  let alive = false

  const version = (object: LeaseObject | undefined) => object?.metadata.resourceVersion
  const holder = (object: LeaseObject | undefined) => object?.spec?.holderIdentity ?? ''
  const leftMs = () => freeAt - clock.now()

  /** A Lease that was deleted is still held: its holder learns of it at its next renewal. */
  function observe(now: LeaseObject | undefined): void {
    if (version(now) === version(seen)) return
    const other = holder(now) !== '' && holder(now) !== identity
    alive = other && seen !== undefined
    const stated = now?.spec?.leaseDurationSeconds ?? leaseSeconds
    if (other) freeAt = clock.now() + Math.min(stated, maxLeaseSeconds) * 1_000
    else if (now) freeAt = clock.now()
    seen = now
  }

  async function watch(signal: AbortSignal): Promise<void> {
    if (!seen) return
    for await (const change of lease.changes(seen, signal)) {
      observe(change)
      if (!change || leftMs() <= 0) return
    }
  }

  /** Resolves once the watch says that it is free, or some time after there is no watch any more. */
  async function untilUnwatched(signal: AbortSignal): Promise<void> {
    try {
      await watch(signal)
    } catch (error) {
      if (!signal.aborted) onTrouble(messageOf(error))
    }
    if (leftMs() > 0) await clock.sleep(pollMs, signal)
  }

  async function untilOver(signal: AbortSignal): Promise<void> {
    while (leftMs() > 0) await clock.sleep(leftMs(), signal)
  }

  return {
    async untilFree(signal) {
      for (;;) {
        observe(await lease.read(signal))
        if (leftMs() <= 0) return seen
        const waiting = new AbortController()
        const either = AbortSignal.any([signal, waiting.signal])
        try {
          await Promise.race([untilOver(either), untilUnwatched(either)])
        } finally {
          waiting.abort()
        }
      }
    },
    get othersLead() {
      return alive && leftMs() > 0
    },
  }
}
