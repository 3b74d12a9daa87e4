import { nameKinds } from '../../../functions/names/kinds/index.ts'
import { enrol } from '../../enrolment.ts'
import { resourceTypes, subjectOf } from '../../events.ts'
import type { Resync } from '../../function.ts'
import type { Metrics } from '../../metrics.ts'
import type { WorldMemory } from '../../world-memory.ts'
import type { Destination, Emit, Source } from '../source.ts'
import type { Guard } from './absence.ts'
import { type Asking, type AskingOptions, createAsking } from './asking.ts'
import { createAskingAgain } from './asking-again.ts'
import { keepTrying } from './keep-trying.ts'
import { createReflector, type Reflector } from './reflector.ts'
import { withdraw } from './withdrawal.ts'

export interface KubernetesSourceOptions extends AskingOptions {
  readonly memory: WorldMemory
  readonly guard: Guard
  readonly metrics: Metrics
}

/** What the API server says of every kind that can claim names, as events. */
export interface KubernetesSource extends Source, Pick<Asking, 'ask'> {
  /** Lists everything anew, be it watched or not: see {@link World.resync}. */
  resync(confirmed: boolean, to: Destination): Promise<Resync>
  /**
   * What we knew is of no use any more, since others may have acted: the next start lists.
   * @param watched how far another watched each kind: until the list has taken effect we watch from there
   */
  forget(watched: Readonly<Record<string, string>>): void
  /** How far we watch: a resourceVersion for each kind. */
  readonly watched: Readonly<Record<string, string>>
  /** Why the names may not be those of now; none when all kinds are listed and watched. */
  unsynced(): readonly string[]
}

/** What another leader watched goes before kinds that may not even be there. */
const headStartMs = 200

export function kubernetesSource(options: KubernetesSourceOptions): KubernetesSource {
  const { kinds, client, memory, clock, log } = options
  const off = nameKinds.filter((kind) => !kinds.includes(kind))
  const asking = createAsking(options)
  const reflectors = kinds
    .filter(({ versions }) => versions.length > 0)
    .map((kind) => createReflector({ ...options, kind }))

  return {
    name: 'kubernetes',
    ask: asking.ask,
    async start(emit, signal) {
      const forgetting: Emit = (event, how) => {
        const object = event.type === resourceTypes.delete ? subjectOf(event) : undefined
        if (object) asking.forget(object)
        return emit(event, how)
      }
      const to = { emit: forgetting, signal }
      const trying = { clock, log, signal }
      const again = createAskingAgain(reflectors, { clock, log })
      const [heirs, others] = [
        reflectors.filter(({ isHeir }) => isHeir),
        reflectors.filter(({ isHeir }) => !isHeir),
      ]
      const followEach = (those: readonly Reflector[]) =>
        those.map(({ kind, follow }) =>
          keepTrying((onProgress) => follow(onProgress, to), { ...trying, what: kind.kind }),
        )
      async function followOthers(): Promise<void> {
        if (heirs.length > 0) await clock.sleep(headStartMs, signal).catch(() => undefined) // aborted: nobody follows
        const withdrawing = () => withdraw(off, { client, memory }, to)
        const withdrawn = keepTrying(withdrawing, { ...trying, what: 'switched off' })
        await Promise.all([withdrawn, ...followEach(others)])
      }
      await Promise.all([
        asking.mirror(again.add, signal),
        again.run(to),
        ...followEach(heirs),
        followOthers(),
      ])
    },
    forget(watched) {
      for (const { kind, forget } of reflectors) forget(watched[kind.kind])
    },
    get watched() {
      return Object.fromEntries(
        reflectors.flatMap(({ kind, position }) => (position ? [[kind.kind, position]] : [])),
      )
    },
    unsynced: () => reflectors.flatMap(({ unsynced }) => unsynced() ?? []),
    async resync(confirmed, to) {
      if (confirmed) await enrol(client, memory, { confirmed, signal: to.signal }) // one era for all kinds
      const each = await Promise.all(reflectors.map(({ resync }) => resync(confirmed, to)))
      return each.reduce(sum)
    },
  }
}

const sum = (a: Resync, b: Resync): Resync => ({
  objects: a.objects + b.objects,
  mended: a.mended + b.mended,
  withheld: [...a.withheld, ...b.withheld],
})
