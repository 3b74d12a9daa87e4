import { nothing } from '../../../functions/names/asking/ask.ts'
import type { Owner } from '../../../functions/names/claim.ts'
import type {
  Asked,
  AskSettings,
  Find,
  NameKind,
  ObjectKind,
  Which,
} from '../../../functions/names/kinds/kind.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'
import type { ObjectEvent } from '../../events.ts'
import type { Log } from '../../log.ts'
import { createDependents, type DependentId } from './dependents.ts'
import { createDirectReads } from './direct-reads.ts'
import { type Answer, createMirror, type Mirror } from './mirror.ts'
import { type QuestionId, questionId } from './which.ts'

/** Asks objects for their names, with the others that decide with them. */
export interface Asking {
  /** See `World.ask`. */
  ask(event: ObjectEvent): Promise<{ readonly owner: Owner; readonly asked: Asked }>
  /** An object is gone: nothing has to be asked again for it. */
  forget(object: Omit<Owner, 'uid' | 'at'>): void
  /**
   * Until the signal aborts the others are kept in memory and watched; else they are read at each question.
   * @param onChange told who is to be asked again
   */
  mirror(
    onChange: (dependents: ReadonlySet<DependentId>) => void,
    signal: AbortSignal,
  ): Promise<void>
}

export interface AskingOptions {
  /** That may ask for names: objects of others ask for none. */
  readonly kinds: readonly NameKind[]
  readonly client: KubernetesClient
  /** Those of now. */
  readonly settings: () => AskSettings
  readonly clock: Clock
  readonly log: Log
}

/** Of a question, until it is answered. */
const answerMs = 5_000
/** An object asks others, those lead to others, …: a Gateway, its class, a Service. */
const maxRounds = 8

export const dependentId = ({ kind, namespace, name }: Omit<Owner, 'uid' | 'at'>): DependentId =>
  `${kind}/${namespace}/${name}`

export function createAsking({ kinds, client, settings, clock, log }: AskingOptions): Asking {
  const dependents = createDependents()
  const direct = createDirectReads(client, clock)
  let mirrors: { of(kind: ObjectKind): Mirror } | undefined

  async function fetch(kind: ObjectKind, which: Which): Promise<Answer> {
    const signal = AbortSignal.timeout(answerMs)
    const mirror = mirrors?.of(kind)
    if (!mirror) return direct.answer(kind, which, signal)
    await mirror.listed(signal)
    return mirror.answer(which) ?? fetch(kind, which)
  }

  return {
    async ask({ kind, owner, object }) {
      if (!kinds.includes(kind)) return { owner, asked: nothing }
      const fetched = new Map<QuestionId, Answer>()
      for (let round = 0; round < maxRounds; round++) {
        const questions = new Set<QuestionId>()
        const missing = new Map<QuestionId, () => Promise<Answer>>()
        let seen: bigint | undefined
        const find: Find = (of, which) => {
          const id = questionId(of, which)
          questions.add(id)
          const answer = mirrors?.of(of).answer(which) ?? fetched.get(id)
          if (!answer) missing.set(id, () => fetch(of, which))
          if (answer && !(seen && seen > answer.version)) seen = answer.version
          return (answer?.objects ?? []) as never // read with the schema of this kind
        }
        const asked = kind.asks(object, { settings: settings(), find, kind: kind.kind })
        if (mirrors) dependents.note(dependentId(owner), [...questions])
        if (missing.size === 0) return { owner: { ...owner, at: { ...owner.at, seen } }, asked }
        const all = [...missing].map(async ([id, read]) => fetched.set(id, await read()))
        await Promise.all(all)
      }
      throw new RetryLater(`${dependentId(owner)} leads to more than ${maxRounds} others in a row`)
    },
    forget: (object) => dependents.note(dependentId(object), []),
    async mirror(onChange, signal) {
      const byKind = new Map<ObjectKind, Mirror>()
      mirrors = {
        of(kind) {
          const known = byKind.get(kind)
          if (known) return known
          const mirror = createMirror({
            kind,
            client,
            clock,
            log,
            onChange: (questions) => {
              const concerned = dependents.of(questions)
              if (concerned.size > 0) onChange(concerned)
            },
          })
          byKind.set(kind, mirror)
          void mirror.follow(signal)
          return mirror
        },
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      mirrors = undefined
      dependents.clear()
    },
  }
}
