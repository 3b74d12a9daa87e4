import type { NameKind } from '../../../functions/names/kinds/kind.ts'
import type { Metrics } from '../../metrics.ts'

/** Whether the names of a kind are those of now, and if not, why. */
export interface Sync {
  /** A new first list is on its way: what follows is no sync before it has taken effect. */
  forget(): void
  /** Of the first list since the start, or since it was forgotten. @returns to be called once it has taken effect */
  firstList(): () => void
  /** @param trouble why it is not watched */
  noteWatch(isOpen: boolean, trouble?: string): void
  /** The API server has the kind, or it has not, and then nothing is to be synced. */
  noteServed(isServed: boolean): void
  /** Undefined if they are. */
  unsynced(): string | undefined
}

export function createSync(kind: NameKind, metrics: Pick<Metrics, 'synced'>): Sync {
  let first: { tookEffect: boolean } | undefined
  let isOpen = false
  let isServed = true
  let trouble = 'not listed yet'

  function note(why?: string): void {
    const wait = first?.tookEffect
      ? 'its watch is not open yet'
      : 'its first list has not taken effect yet'
    trouble = why ?? wait
    metrics.synced.set({ kind: kind.kind }, first?.tookEffect && isOpen ? 1 : 0)
  }

  return {
    forget() {
      first = undefined
    },
    firstList() {
      const list = first ?? { tookEffect: false }
      first = list
      return () => {
        list.tookEffect = true
        note()
      }
    },
    noteWatch(open, why) {
      isOpen = open
      note(why)
    },
    noteServed(served) {
      isServed = served
      if (!served) metrics.synced.remove({ kind: kind.kind })
    },
    unsynced: () =>
      !isServed || (first?.tookEffect && isOpen) ? undefined : `${kind.resource}: ${trouble}`,
  }
}
