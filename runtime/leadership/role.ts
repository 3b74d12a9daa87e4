import { pauseMs } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import { GiveUp, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export type Role = 'leader' | 'standby'

/** What only one replica is to do: watch the cluster and keep the schedules. */
export interface Duty {
  /** @throws RetryLater if this replica could not do it now, so that another should; GiveUp if it never can */
  able(): Promise<unknown>
  /** Ends when the signal aborts; then another may do it. */
  lead(signal: AbortSignal): Promise<void>
}

/** Whether this replica is the one. */
export interface Leadership {
  /**
   * Leads whenever nobody else does, until the signal aborts. When the duty fails others get a chance first.
   * @throws GiveUp if the duty does
   */
  run(duty: Duty, until: AbortSignal): Promise<void>
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
export function alone({ clock, log, metrics }: RoleOptions): Leadership {
  metrics.leader.set(1)
  return {
    role: 'leader',
    async run(duty, until) {
      for (let attempt = 1; !until.aborted; attempt++) {
        try {
          await duty.able()
          await duty.lead(until)
        } catch (error) {
          if (error instanceof GiveUp) throw error
          if (until.aborted) return
          log.warn({ attempt }, `leading begins anew: ${messageOf(error)}`)
        }
        await clock.sleep(pauseMs(attempt), until).catch(() => undefined) // aborted: the loop ends
      }
    },
    release: async () => undefined,
    trouble: () => undefined,
  }
}
