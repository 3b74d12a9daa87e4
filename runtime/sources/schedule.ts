import { schedule, validate } from 'node-cron'
import { plainEvent, reconcileDue } from '../events.ts'
import type { Source } from './source.ts'

export interface ScheduleOptions {
  /** Five cron fields, or six with seconds first; in UTC, where no hour is skipped or comes twice. */
  readonly expression: string
  /** Told when a firing's event could not be handled. */
  readonly onFailure: (error: unknown) => void
}

/** Whether node-cron can read it. */
export const isCronExpression = (text: string): boolean => validate(text)

/** Emits what Knative's PingSource would, whenever the expression fires; never while one is under way. */
export function scheduleSource({ expression, onFailure }: ScheduleOptions): Source {
  return {
    name: 'schedule',
    async start(emit, signal) {
      const fire = () => emit(plainEvent(reconcileDue, '/k2s-dns/schedule')).catch(onFailure)
      const task = schedule(expression, fire, { timezone: 'Etc/UTC', noOverlap: true })
      const { promise, resolve } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (!signal.aborted) await promise
      await task.destroy()
    },
  }
}
