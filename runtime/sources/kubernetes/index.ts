import { backoffMs } from '../../backoff.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { messageOf, RetryLater } from '../../errors.ts'
import type { Resync, World } from '../../function.ts'
import { type Kind, kinds } from '../../kinds.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import type { WorldMemory } from '../../world-memory.ts'
import type { Emit, Source } from '../source.ts'
import type { Guard } from './absence.ts'
import { createReflector, type Reflector } from './reflector.ts'

export interface KubernetesSourceOptions {
  readonly client: KubernetesClient
  readonly memory: WorldMemory
  readonly guard: Guard
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** What the API server says of every kind that can claim names, as events. */
export interface KubernetesSource extends Source, World {
  /** Why the names may not be those of now; none when all kinds are listed and watched. */
  unsynced(): readonly string[]
}

export function kubernetesSource(options: KubernetesSourceOptions): KubernetesSource {
  const { clock, log } = options
  const reflectors = new Map<Kind, Reflector>()

  /** A reflector runs for ever; what it throws means that it has to begin anew. */
  async function keepFollowing(kind: Kind, emit: Emit, signal: AbortSignal): Promise<void> {
    const reflector = createReflector({ ...options, kind, emit, signal })
    reflectors.set(kind, reflector)
    let attempt = 0
    let said = ''
    while (!signal.aborted) {
      try {
        await reflector.follow(() => {
          attempt = 0
        })
      } catch (error) {
        if (signal.aborted) return
        const waitMs = backoffMs(++attempt, { firstMs: 50, maxMs: 1_000 }, Math.random())
        if (messageOf(error) !== said) log.warn({ kind: kind.kind, attempt }, messageOf(error))
        said = messageOf(error)
        await clock.sleep(waitMs, signal).catch(() => undefined) // aborted: the loop ends
      }
    }
  }

  return {
    name: 'kubernetes',
    async start(emit, signal) {
      await Promise.all(kinds.map((kind) => keepFollowing(kind, emit, signal)))
    },
    unsynced: () =>
      kinds.flatMap((kind) => {
        const reflector = reflectors.get(kind)
        return reflector ? (reflector.unsynced() ?? []) : [`${kind.resource}: not listed yet`]
      }),
    async resync({ confirmed }) {
      if (reflectors.size === 0) throw new RetryLater('the cluster is not watched yet')
      const each = await Promise.all([...reflectors.values()].map((one) => one.resync(confirmed)))
      return each.reduce(sum)
    },
  }
}

const sum = (a: Resync, b: Resync): Resync => ({
  objects: a.objects + b.objects,
  mended: a.mended + b.mended,
  withheld: [...a.withheld, ...b.withheld],
})
