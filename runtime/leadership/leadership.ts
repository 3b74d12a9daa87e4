import { pauseMs } from '../backoff.ts'
import { GiveUp, messageOf, RetryLater } from '../errors.ts'
import { createCandidacy } from './candidacy.ts'
import type { Lease } from './lease.ts'
import type { Duty, Leadership, RoleOptions } from './role.ts'
import { createTenure } from './tenure.ts'

export interface LeadershipOptions extends RoleOptions {
  readonly lease: Lease
  /** Of this process, and of no other that ever was. */
  readonly identity: string
  /** How long the others wait for the next sign of a leader; a whole number, default 2. */
  readonly leaseSeconds?: number
}

/** Whoever led for so long failed for another reason than the last time. */
const steadyMs = 10_000

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

  /**
   * Leads until the Lease is no longer ours, or the signal aborts.
   * @throws what made `lead` fail before that; the Lease is given back then
   */
  async function reign(lead: Duty['lead'], until: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const signal = AbortSignal.any([ending.signal, until])
    const failures: unknown[] = []
    let cancelEnd = () => {}
    function setEnd(): void {
      trouble = 'nothing was heard of the API server'
      cancelEnd()
      cancelEnd = clock.after(tenure.endsAt - clock.now(), () =>
        ending.abort(new RetryLater(`the Lease was not renewed in time: ${trouble}`)),
      )
    }
    noteRole(true, 'leads now')
    setEnd()
    const leading = lead(signal).catch((error: unknown) => {
      if (!signal.aborted) failures.push(error)
      ending.abort(error)
    })
    const keeping = tenure.keep(setEnd, signal).catch((error: unknown) => ending.abort(error))
    await Promise.race([leading, keeping])
    cancelEnd()
    noteRole(false, `leads no longer: ${messageOf(signal.reason)}`)
    // whoever stops makes room at once: what is still done in its epoch comes before the next one's, or not at all
    await Promise.all([leading, keeping, until.aborted && release()])
    if (failures.length === 0) return
    await release()
    throw failures[0]
  }

  const release = () => tenure.release(AbortSignal.timeout(releaseMs))

  return {
    get role() {
      return leads ? 'leader' : 'standby'
    },
    trouble: () => (leads || candidacy.othersLead ? undefined : trouble),
    async run({ able, lead }, until) {
      for (let attempt = 1; !until.aborted; attempt++) {
        const since = clock.now()
        try {
          const free = await candidacy.untilFree(until)
          await able()
          if (await tenure.take(free, until)) await reign(lead, until)
          attempt = 0
        } catch (error) {
          if (error instanceof GiveUp) throw error
          if (until.aborted) return
          warn(messageOf(error))
          if (clock.now() - since > steadyMs) attempt = 1
          await clock.sleep(pauseMs(attempt), until).catch(() => undefined) // aborted: the loop ends
        }
      }
    },
    release,
  }
}

/** Whoever stops doesn't wait longer: the Lease runs out by itself. */
const releaseMs = 1_000
