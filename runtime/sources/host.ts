import type { Clock } from '../clock.ts'
import { hostChanged, plainEvent } from '../events.ts'
import type { Source } from './source.ts'

export interface HostSourceOptions {
  /** Yields as something may have changed. It ends where the host can't say so; if it fails it is asked again. */
  readonly changes: (signal: AbortSignal) => AsyncIterable<void>
  /** It is time to look anyway after so long. */
  readonly pollMs: number
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
}

/** Much may change at once: what follows a change so soon is looked at together with it. */
const settleMs = 200

/**
 * Emits `io.k2s.host.changed` at the start, after changes, and from time to time; each time the one before was
 * handled.
 */
export function hostSource({ changes, pollMs, onFailure, clock }: HostSourceOptions): Source {
  return {
    name: 'host',
    async start(emit, signal) {
      let wake: (() => void) | undefined
      let isChanged = false

      async function listen(): Promise<void> {
        while (!signal.aborted) {
          try {
            for await (const _ of changes(signal)) {
              isChanged = true
              wake?.()
            }
            return
          } catch (error) {
            if (!signal.aborted) onFailure(error)
            await clock.sleep(pollMs, signal).catch(() => undefined) // aborted: the loop ends
          }
        }
      }

      /** Until something changes, or it is time. */
      async function pause(): Promise<void> {
        const early = new AbortController()
        wake = () => early.abort()
        const until = AbortSignal.any([signal, early.signal])
        if (!isChanged) await clock.sleep(pollMs, until).catch(() => undefined) // woken
        if (isChanged) await clock.sleep(settleMs, signal).catch(() => undefined) // aborted
      }

      const listening = listen()
      while (!signal.aborted) {
        isChanged = false
        await emit(plainEvent(hostChanged, '/k2s-dns/host')).catch(onFailure)
        await pause()
      }
      await listening
    },
  }
}
