import { backoffMs } from '../backoff.ts'
import { GiveUp, messageOf, RetryLater } from '../errors.ts'
import { createCandidacy } from './candidacy.ts'
import type { Lease } from './lease.ts'
import { keepLeading, type Lead, type Leadership, type RoleOptions } from './role.ts'
import { createTenure } from './tenure.ts'

export interface LeadershipOptions extends RoleOptions {
  readonly lease: Lease
  /** Of this process, and of no other that ever was. */
  readonly identity: string
  /** How long the others wait for the next sign of a leader; a whole number, default 2. */
  readonly leaseSeconds?: number
}

/**
 * Leader election by a Lease, as client-go does it. The leader's time ends before anybody else may lead, as
 * long as clocks run equally fast and nobody takes the Lease away from it; for the rest, such as a process
 * that is frozen between two instructions, there is the epoch in the store.
 */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { lease, identity, leaseSeconds = 2, clock, log, metrics } = options
  let leads = false
  let trouble = 'nobody is known to lead'
  const parts = { lease, identity, leaseSeconds, clock, onTrouble: warn }
  const candidacy = createCandidacy(parts)
  const tenure = createTenure(parts)

  function warn(message: string): void {
    if (message !== trouble) log.warn({ identity }, message)
    trouble = message
  }

  function noteRole(now: boolean, why: string): void {
    leads = now
    metrics.leader.set(now ? 1 : 0)
    log.info({ identity }, why)
  }

  /** Leads for as long as the Lease is ours. */
  async function reign(lead: Lead, until: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const signal = AbortSignal.any([ending.signal, until])
    let cancelEnd = () => {}
    function setEnd(): void {
      trouble = 'nothing was heard of the API server'
      cancelEnd()
      cancelEnd = clock.after(tenure.endsAt - clock.now(), () =>
        ending.abort(new RetryLater(`the Lease was not renewed in time: ${trouble}`)),
      )
    }
    noteRole(true, 'leads now')
    signal.addEventListener('abort', () => {
      noteRole(false, `leads no longer: ${messageOf(signal.reason)}`)
    })
    setEnd()
    const leading = keepLeading(lead, signal, options)
    try {
      await Promise.race([tenure.keep(setEnd, signal), leading])
    } catch (error) {
      ending.abort(error)
      if (error instanceof GiveUp) throw error
    } finally {
      cancelEnd()
      await leading.catch(() => undefined) // thrown above
    }
  }

  return {
    get role() {
      return leads ? 'leader' : 'standby'
    },
    trouble: () => (leads || candidacy.othersLead ? undefined : trouble),
    async run(lead, until) {
      for (let attempt = 1; !until.aborted; ) {
        try {
          const free = await candidacy.untilFree(until)
          if (!(await tenure.take(free, until))) continue
          attempt = 1
          await reign(lead, until)
        } catch (error) {
          if (error instanceof GiveUp) throw error
          if (until.aborted) return
          warn(messageOf(error))
          const waitMs = backoffMs(attempt++, { firstMs: 50, maxMs: 1_000 }, Math.random())
          await clock.sleep(waitMs, until).catch(() => undefined) // aborted: the loop ends
        }
      }
    },
    release: () => tenure.release(AbortSignal.timeout(releaseMs)),
  }
}

/** Whoever stops doesn't wait longer: the Lease runs out by itself. */
const releaseMs = 1_000
