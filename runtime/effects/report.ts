import {
  isWaiting,
  type Owner,
  type OwnerId,
  ownerId,
  partsOf,
  type Refusal,
  type RefusalReason,
} from '../../functions/names/claim.ts'
import type { Clock } from '../clock.ts'
import type { Report } from '../function.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export interface ReportOptions {
  /** Puts a Kubernetes Event on the object; resolves when the API server has it. */
  readonly announce: (subject: Subject, refusals: readonly Refusal[]) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Aborts when no Event is to be put any more; else those that wait hold up the end of the process. */
  readonly signal?: AbortSignal
  /** An Event is put only for what is still refused after this time; default 5,000. */
  readonly settleMs?: number
  /** At least this is between two Events; default 100. */
  readonly everyMs?: number
  /** … and between two of one object; default 60,000. */
  readonly everyOwnerMs?: number
  /** Owners with refusals that are remembered, and Events that wait; default 10,000. */
  readonly maxOwners?: number
}

/** An object to put an Event on. */
export type Subject = Omit<Owner, 'at'>

interface Refused {
  readonly subject: Subject
  readonly refusals: readonly Refusal[]
  readonly text: string
}

/**
 * Shows what is refused: each change in the log, the present number as a metric, and what lasts as an Event
 * on the object. An Event tells all that is refused to an object, and they come one at a time, seldom for one
 * object, so that a thousand refusals are no flood.
 */
export function createReport(options: ReportOptions): Omit<Report, 'observed'> {
  const { clock, log, metrics, announce, maxOwners = 10_000 } = options
  const { settleMs = 5_000, everyMs = 100, everyOwnerMs = 60_000 } = options
  const shown = new Map<OwnerId, Refused>()
  const announcedAt = new Map<OwnerId, number>()
  const counts = new Map<RefusalReason, number>()
  let announcing: Promise<void> = Promise.resolve()
  const timers = new Map<OwnerId, () => void>()
  options.signal?.addEventListener('abort', () => {
    for (const cancel of timers.values()) cancel()
  })

  function count(refusals: readonly Refusal[], step: 1 | -1): void {
    for (const { reason } of refusals) {
      const now = (counts.get(reason) ?? 0) + step
      counts.set(reason, now)
      metrics.refusals.set({ reason }, now)
    }
  }

  /** Only the newest state of an object waits to be announced. */
  function announceLater(id: OwnerId): void {
    timers.get(id)?.()
    const again = (announcedAt.get(id) ?? Number.NEGATIVE_INFINITY) + everyOwnerMs - clock.now()
    const cancel = clock.after(Math.max(settleMs, again), () => {
      timers.delete(id)
      announcing = announcing.then(() => announceNow(id))
    })
    timers.set(id, cancel)
  }

  async function announceNow(id: OwnerId): Promise<void> {
    const refused = shown.get(id)
    if (!refused || options.signal?.aborted) return
    announcedAt.delete(id)
    announcedAt.set(id, clock.now())
    const [oldest] = announcedAt.keys()
    if (announcedAt.size > maxOwners && oldest !== undefined) announcedAt.delete(oldest)
    try {
      await announce(refused.subject, refused.refusals)
    } catch (error) {
      metrics.eventsDropped.inc({ cause: 'failed' })
      log.warn({ owner: id, error: String(error) }, 'could not put an Event on the object')
    }
    await clock.sleep(everyMs, options.signal).catch(() => undefined) // aborted: the next one sees it
  }

  function show(id: OwnerId, subject: Subject, stated: readonly Refusal[]): void {
    const refusals = stated.toSorted(byHost)
    const before = shown.get(id)
    const text = JSON.stringify(refusals)
    if (text === (before?.text ?? '[]')) return
    count(before?.refusals ?? [], -1)
    shown.delete(id)
    if (refusals.length === 0) {
      timers.get(id)?.()
      timers.delete(id)
      log.info({ owner: id }, 'nothing is refused any more')
      return
    }
    for (const refusal of refusals) log.warn({ owner: id, ...refusal }, 'name refused')
    if (shown.size >= maxOwners) {
      metrics.eventsDropped.inc({ cause: 'too many' })
      return
    }
    count(refusals, 1)
    shown.set(id, { subject, refusals, text })
    announceLater(id)
  }

  return {
    refusals: (owner, refusals) => show(ownerId(owner), owner, refusals),
    standings(standings) {
      for (const { owner, uid, host, refusal } of standings) {
        const others = (shown.get(owner)?.refusals ?? []).filter(
          (each) => each.host !== host || !isWaiting(each.reason),
        )
        show(owner, { ...partsOf(owner), uid }, refusal ? [...others, refusal] : others)
      }
    },
  }
}

const byHost = (a: Refusal, b: Refusal) =>
  a.host < b.host ? -1 : a.host > b.host ? 1 : a.reason < b.reason ? -1 : 1
