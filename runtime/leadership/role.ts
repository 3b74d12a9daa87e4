import { backoffMs } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import { GiveUp, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export type Role = 'leader' | 'standby'

/** What only one replica is to do. Ends when the signal aborts; then another may do it. */
export type Lead = (signal: AbortSignal) => Promise<void>

/** Whether this replica does what only one is to do: watch the cluster and keep the schedules. */
export interface Leadership {
  /**
   * Leads whenever nobody else does, until the signal aborts. What `lead` throws is told, and it is called again.
   * @throws GiveUp if `lead` does
   */
  run(lead: Lead, until: AbortSignal): Promise<void>
  /** After `run`: lets the next one lead at once. */
  release(): Promise<void>
  readonly role: Role
  /** Why this replica neither leads nor stands by for one that does. */
  trouble(): string | undefined
}

export interface RoleOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'leader'>
}

/** For a process that is the only one, and needs no rights on Leases. */
export function alone(options: RoleOptions): Leadership {
  options.metrics.leader.set(1)
  return {
    role: 'leader',
    run: (lead, until) => keepLeading(lead, until, options),
    release: async () => undefined,
    trouble: () => undefined,
  }
}

/** @throws GiveUp if `lead` does */
export async function keepLeading(
  lead: Lead,
  signal: AbortSignal,
  { clock, log }: Pick<RoleOptions, 'clock' | 'log'>,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      await lead(signal)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof GiveUp) throw error
      log.warn({ attempt }, `leading begins anew: ${messageOf(error)}`)
    }
    const waitMs = backoffMs(attempt, { firstMs: 50, maxMs: 1_000 }, Math.random())
    await clock.sleep(waitMs, signal).catch(() => undefined) // aborted: the loop ends
  }
}
