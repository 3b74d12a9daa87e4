import { pauseMs } from '../../backoff.ts'
import type { Clock } from '../../clock.ts'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Destination } from '../source.ts'
import type { DependentId } from './dependents.ts'
import type { Reflector } from './reflector.ts'

/** Has those asked again with whom something decides that changed: one round at a time, each with all that came meanwhile. */
export interface AskingAgain {
  add(dependents: ReadonlySet<DependentId>): void
  /** Until the signal aborts. */
  run(to: Destination): Promise<void>
}

export function createAskingAgain(
  reflectors: readonly Pick<Reflector, 'kind' | 'sendAgain'>[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): AskingAgain {
  let waiting = new Set<DependentId>()
  let added = Promise.withResolvers<void>()

  function add(dependents: Iterable<DependentId>): void {
    for (const each of dependents) waiting.add(each)
    added.resolve()
  }

  async function ask(kind: string, names: ReadonlySet<string>, to: Destination): Promise<void> {
    const reflector = reflectors.find((each) => each.kind.kind === kind)
    await reflector?.sendAgain(names, to)
  }

  return {
    add,
    async run(to) {
      const { signal } = to
      signal.addEventListener('abort', () => added.resolve())
      for (let attempt = 0; ; ) {
        await added.promise
        if (signal.aborted) return
        added = Promise.withResolvers()
        const round = waiting
        waiting = new Set()
        try {
          await Promise.all([...byKind(round)].map(([kind, names]) => ask(kind, names, to)))
          attempt = 0
        } catch (error) {
          if (attempt === 0)
            log.warn({ objects: round.size }, `asked again later: ${messageOf(error)}`)
          add(round)
          await clock.sleep(pauseMs(++attempt), signal).catch(() => undefined) // aborted: the loop ends
        }
      }
    },
  }
}

/** `Ingress/shop/web` → `Ingress`: `shop/web` */
function byKind(dependents: Iterable<DependentId>): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>()
  for (const id of dependents) {
    const [kind = '', namespace = '', name = ''] = id.split('/')
    names.set(kind, (names.get(kind) ?? new Set()).add(`${namespace}/${name}`))
  }
  return names
}
