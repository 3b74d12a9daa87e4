import type { Clock } from '../clock.ts'
import { hostChanged, plainEvent } from '../events.ts'
import type { Source } from './source.ts'

export interface HostSourceOptions {
  /** Yields as something may have changed, where the host can say so; it may end, or fail. */
  readonly changes: (signal: AbortSignal) => AsyncIterable<void>
  /** It is time to look anyway after so long. */
  readonly pollMs: number
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
}

/** Much may change at once: what follows a change so soon is looked at together with it. */
const settleMs = 200

/** Emits `io.k2s.host.changed` at the start, after each change, and from time to time; the next one after the last was handled. */
export function hostSource({ changes, pollMs, onFailure, clock }: HostSourceOptions): Source {
  return {
    name: 'host',
    async start(emit, signal) {
      let wake = () => {}
      let isChanged = false
      const heard = (async () => {
        for await (const _ of changes(signal)) {
          isChanged = true
          wake()
        }
      })().catch((error: unknown) => {
        if (!signal.aborted) onFailure(error)
      })
      while (!signal.aborted) {
        isChanged = false
        await emit(plainEvent(hostChanged, '/k2s-dns/host')).catch(onFailure)
        const early = new AbortController()
        wake = () => early.abort()
        if (isChanged) wake()
        await clock.sleep(pollMs, AbortSignal.any([signal, early.signal])).catch(() => undefined)
        if (isChanged) await clock.sleep(settleMs, signal).catch(() => undefined)
      }
      await heard
    },
  }
}
