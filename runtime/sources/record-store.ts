import { pauseMs } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import { recordDisturbedEvent } from '../events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Disturbance, RecordWatch } from '../record-watch.ts'
import { createDamping } from './damping.ts'
import type { Emit, Source } from './source.ts'

export interface RecordStoreSourceOptions {
  readonly watch: RecordWatch
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'disturbances' | 'contested'>
}

/**
 * Emits `io.k2s.record.disturbed` for a name whose records somebody else changed. Where that happens again and
 * again, two are at war over the name: it is told, and each further event waits longer.
 */
export function recordStoreSource({
  watch,
  clock,
  log,
  metrics,
}: RecordStoreSourceOptions): Source {
  const damping = createDamping({ clock, onContested: (count) => metrics.contested.set(count) })
  const pending = new Set<string>()

  function tellOf({ name, kind, key, by }: Disturbance): void {
    metrics.disturbances.inc({ kind })
    if (kind === 'changed') log.warn({ name, key }, 'somebody else changed a key of ours')
    if (kind === 'crowded') {
      log.warn(
        { name, key, by },
        'somebody else keeps a key at a name of ours: CoreDNS answers both',
      )
    }
    if (kind === 'mixed') {
      log.warn(
        { name, key, by },
        'somebody else keeps a key of another group here: CoreDNS answers this name with all below it',
      )
    }
  }

  function emitDamped(name: string, emit: Emit, signal: AbortSignal): void {
    if (pending.has(name)) return
    const { waitMs, becameContested } = damping.note(name)
    if (becameContested) {
      log.error(
        { name },
        'somebody else changes this name again and again, as ExternalDNS without an owner id does: ' +
          'stop it, or give it --registry=txt or --coredns-strictly-owned. We mend it ever more seldom',
      )
    }
    const send = () => {
      pending.delete(name)
      if (signal.aborted) return
      emit(recordDisturbedEvent(name)).catch((error: unknown) =>
        log.warn({ name }, `a disturbed name could not be mended: ${messageOf(error)}`),
      )
    }
    pending.add(name)
    // what is told together is one disturbance
    if (waitMs === 0) queueMicrotask(send)
    else clock.after(waitMs, send)
  }

  return {
    name: 'record-store',
    async start(emit, signal) {
      for (let attempt = 1; !signal.aborted; attempt++) {
        try {
          await watch.follow({
            opened: () => {
              attempt = 1
            },
            tell(disturbance) {
              tellOf(disturbance)
              if (disturbance.kind !== 'mixed') emitDamped(disturbance.name, emit, signal) // no key of ours is wrong
            },
            signal,
          })
        } catch (error) {
          if (signal.aborted) return
          log.warn({ attempt }, `the record store is not watched: ${messageOf(error)}`)
          const waitMs = pauseMs(attempt)
          await clock.sleep(waitMs, signal).catch(() => undefined) // aborted: the loop ends
        }
      }
    },
  }
}
