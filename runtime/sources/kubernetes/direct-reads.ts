import type { ObjectKind, Which } from '../../../functions/names/kinds/kind.ts'
import type { KubernetesClient } from '../../clients/kubernetes.ts'
import type { Clock } from '../../clock.ts'
import { listPages } from './list.ts'
import type { Answer } from './mirror.ts'
import { servedVersion } from './served.ts'
import { type QuestionId, questionId, selectionOf } from './which.ts'

/** Answers of the API server itself, for a replica that keeps no mirror. */
export interface DirectReads {
  /** @throws RetryLater if it does not answer */
  answer(kind: ObjectKind, which: Which, signal: AbortSignal): Promise<Answer>
}

/** So long an answer serves others who ask the same: it says itself how old it is. */
const memoMs = 1_000
const maxAnswers = 1_000

export function createDirectReads(client: KubernetesClient, clock: Clock): DirectReads {
  const memo = new Map<QuestionId, { readonly at: number; readonly answer: Promise<Answer> }>()

  /** A list of one object too, as it tells of which version it is when there is none. */
  async function read(kind: ObjectKind, which: Which, signal: AbortSignal): Promise<Answer> {
    const apiVersion = await servedVersion(client, kind, signal)
    if (apiVersion === undefined) return { objects: [], version: 0n }
    const objects: unknown[] = []
    let version = 0n
    for await (const page of listPages(client, selectionOf(kind, apiVersion, which), signal)) {
      const [only] = page.items
      const isOne = which.name !== undefined && only && page.items.length === 1
      version = BigInt(isOne ? only.metadata.resourceVersion : page.version) // the same for all pages
      objects.push(...page.items.flatMap((object) => kind.schema.safeParse(object).data ?? []))
    }
    return { objects, version }
  }

  return {
    answer(kind, which, signal) {
      const id = questionId(kind, which)
      const known = memo.get(id)
      if (known && clock.now() - known.at < memoMs) return known.answer
      if (memo.size >= maxAnswers) memo.clear()
      const answer = read(kind, which, signal)
      memo.set(id, { at: clock.now(), answer })
      answer.catch(() => memo.delete(id))
      return answer
    },
  }
}
