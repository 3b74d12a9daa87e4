import { backoffMs } from '../backoff.ts'
import { microTime } from '../clients/kubernetes.ts'
import type { Clock } from '../clock.ts'
import { messageOf, RetryLater } from '../errors.ts'
import type { Lease, LeaseObject } from './lease.ts'

/** Holding the Lease: taking it, renewing it, giving it back. */
export interface Tenure {
  /** @returns whether we may lead now, so not if another was quicker or the answer took too long */
  take(over: LeaseObject | undefined, signal: AbortSignal): Promise<boolean>
  /**
   * Renews it until the signal aborts, whatever else fails.
   * @param onRenewed the tenure lasts longer now
   * @throws RetryLater if it has become another's; the signal's reason
   */
  keep(onRenewed: () => void, signal: AbortSignal): Promise<never>
  /** Gives it back, if it is ours, so that nobody has to wait until it runs out. */
  release(signal: AbortSignal): Promise<void>
  /** Until when we may lead, on our clock: before that nobody else does. */
  readonly endsAt: number
}

export interface TenureOptions {
  readonly lease: Lease
  readonly identity: string
  /** How long others wait for the next sign of a leader. */
  readonly leaseSeconds: number
  readonly clock: Clock
  /** Told why a renewal failed; it is tried again. */
  readonly onTrouble: (message: string) => void
}

/** Parts of the lease. An API server that hangs for half of it ends no tenure, as long as it answers then. */
const share = { renew: 0.25, end: 0.825 }

export function createTenure(options: TenureOptions): Tenure {
  const { lease, identity, leaseSeconds, clock, onTrouble } = options
  const leaseMs = leaseSeconds * 1_000
  const retry = { firstMs: 50, maxMs: share.renew * leaseMs }
  let held: LeaseObject | undefined
  let endsAt = clock.now()

  const isOurs = (object: LeaseObject | undefined): boolean =>
    object?.spec?.holderIdentity === identity

  /** The time is counted from before the request: others can have seen it only later. */
  async function write(holder: string, over: LeaseObject | undefined, signal: AbortSignal) {
    const sentAt = clock.now()
    const now = microTime(new Date()) // for people: nobody judges by it
    const before = over?.spec
    const written = await lease.write(
      {
        ...before,
        ...(!isOurs(over) && {
          acquireTime: now,
          leaseTransitions: before ? (before.leaseTransitions ?? 0) + 1 : 0,
        }),
        holderIdentity: holder,
        leaseDurationSeconds: leaseSeconds,
        renewTime: now,
      },
      over,
      signal,
    )
    if (!written) return false
    held = written
    endsAt = sentAt + share.end * leaseMs
    return true
  }

  /** The Lease as it is, since a write that seemed to fail may have come through. */
  async function ours(signal: AbortSignal): Promise<LeaseObject> {
    const current = await lease.read(signal)
    if (current && isOurs(current)) return current
    throw new Lost(`the Lease is held by ${current?.spec?.holderIdentity || 'nobody'} now`)
  }

  return {
    get endsAt() {
      return endsAt
    },
    take: async (over, signal) => (await write(identity, over, signal)) && clock.now() < endsAt,
    async keep(onRenewed, signal) {
      let failures = 0
      for (;;) {
        const waitMs =
          failures > 0 ? backoffMs(failures, retry, Math.random()) : share.renew * leaseMs
        await clock.sleep(waitMs, signal)
        try {
          const over = failures > 0 ? await ours(signal) : held
          failures = (await write(identity, over, signal)) ? 0 : failures + 1
          if (failures === 0) onRenewed()
        } catch (error) {
          if (error instanceof Lost || signal.aborted) throw error
          failures++
          onTrouble(messageOf(error))
        }
      }
    },
    async release(signal) {
      if (!isOurs(held)) return
      try {
        if (await write('', held, signal)) return
        await write('', await ours(signal), signal)
      } catch (error) {
        if (!(error instanceof Lost)) onTrouble(messageOf(error))
      }
    },
  }
}

class Lost extends RetryLater {}
