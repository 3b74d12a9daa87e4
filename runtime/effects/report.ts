import {
  type Owner,
  ownerId,
  type Refusal,
  type RefusalReason,
} from '../../functions/names/claim.ts'
import type { Clock } from '../clock.ts'
import type { Report } from '../function.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export interface ReportOptions {
  /** Puts a Kubernetes Event on the object; resolves when the API server has it. */
  readonly announce: (owner: Owner, refusals: readonly Refusal[]) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Aborts when no Event is to be put any more; else those that wait hold up the end of the process. */
  readonly signal?: AbortSignal
  /** An Event is put only for what is still refused after this time; default 5,000. */
  readonly settleMs?: number
  /** Owners with refusals that are remembered, and Events that wait; default 10,000. */
  readonly maxOwners?: number
}

interface Refused {
  readonly refusals: readonly Refusal[]
  readonly text: string
}

/**
 * Shows what is refused: each change in the log, the present number as a metric, and what lasts as an Event
 * on the object. One Event an object and change, one at a time, so that a thousand refusals are no flood.
 */
export function createReport(options: ReportOptions): Report {
  const { clock, log, metrics, announce, settleMs = 5_000, maxOwners = 10_000 } = options
  const shown = new Map<string, Refused>()
  const counts = new Map<RefusalReason, number>()
  let announcing: Promise<void> = Promise.resolve()
  let waiting = 0
  const timers = new Set<() => void>()
  options.signal?.addEventListener('abort', () => {
    for (const cancel of timers) cancel()
  })

  function count(refusals: readonly Refusal[], step: 1 | -1): void {
    for (const { reason } of refusals) {
      const now = (counts.get(reason) ?? 0) + step
      counts.set(reason, now)
      metrics.refusals.set({ reason }, now)
    }
  }

  function announceLater(owner: Owner, id: string, refused: Refused): void {
    if (waiting >= maxOwners) {
      metrics.eventsDropped.inc({ cause: 'too many' })
      return
    }
    waiting++
    const cancel = clock.after(settleMs, () => {
      timers.delete(cancel)
      announcing = announcing.then(async () => {
        waiting--
        if (shown.get(id) !== refused) return
        await announce(owner, refused.refusals).catch((error: unknown) => {
          metrics.eventsDropped.inc({ cause: 'failed' })
          log.warn({ owner: id, error: String(error) }, 'could not put an Event on the object')
        })
      })
    })
    timers.add(cancel)
  }

  return {
    refusals(owner, refusals) {
      const id = ownerId(owner)
      const before = shown.get(id)
      const text = JSON.stringify(refusals)
      if (text === (before?.text ?? '[]')) return
      count(before?.refusals ?? [], -1)
      shown.delete(id)
      if (refusals.length === 0) {
        log.info({ owner: id }, 'nothing is refused any more')
        return
      }
      for (const refusal of refusals) log.warn({ owner: id, ...refusal }, 'name refused')
      if (shown.size >= maxOwners) return
      const refused = { refusals, text }
      count(refusals, 1)
      shown.set(id, refused)
      announceLater(owner, id, refused)
    },
  }
}
