import type { QuestionId } from './which.ts'

/** An object that asked others: `Ingress/shop/web`. */
export type DependentId = string

/** Who asked what, so that whoever a change concerns is found at the cost of those. */
export interface Dependents {
  /** States everything that a dependent asks now. */
  note(dependent: DependentId, questions: readonly QuestionId[]): void
  of(questions: Iterable<QuestionId>): ReadonlySet<DependentId>
  clear(): void
}

export function createDependents(): Dependents {
  const questionsOf = new Map<DependentId, readonly QuestionId[]>()
  const dependentsOf = new Map<QuestionId, Set<DependentId>>()

  function drop(dependent: DependentId): void {
    for (const question of questionsOf.get(dependent) ?? []) {
      const dependents = dependentsOf.get(question)
      dependents?.delete(dependent)
      if (dependents?.size === 0) dependentsOf.delete(question)
    }
    questionsOf.delete(dependent)
  }

  return {
    note(dependent, questions) {
      drop(dependent)
      if (questions.length > 0) questionsOf.set(dependent, questions)
      for (const question of questions) {
        const dependents = dependentsOf.get(question) ?? new Set()
        dependentsOf.set(question, dependents.add(dependent))
      }
    },
    of: (questions) =>
      new Set([...questions].flatMap((question) => [...(dependentsOf.get(question) ?? [])])),
    clear() {
      questionsOf.clear()
      dependentsOf.clear()
    },
  }
}
