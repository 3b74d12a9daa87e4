import { z } from 'zod'
import { type Texts, textAt } from '../../asking/texts.ts'

export const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z
    .array(
      z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }),
    )
    .nullish(),
})

export type LabelSelector = z.infer<typeof labelSelector>
type Requirement = NonNullable<LabelSelector['matchExpressions']>[number]

/**
 * Whether labels are those that a selector asks for, as Kubernetes has it (metav1.LabelSelectorAsSelector):
 * all that it requires; no selector selects nothing, an empty one everything, a senseless one nothing.
 */
export function selects(selector: LabelSelector | null | undefined, labels: Texts): boolean {
  if (!selector) return false
  const exact = Object.entries(selector.matchLabels ?? {})
  return (
    exact.every(([key, value]) => textAt(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((each) => isMet(each, textAt(labels, each.key)))
  )
}

/** A label that is not there has none of the values, so `NotIn` is met. */
function isMet({ operator, values }: Requirement, value: string | undefined): boolean {
  const among = values ?? []
  switch (operator) {
    case 'In':
      return value !== undefined && among.includes(value)
    case 'NotIn':
      return among.length > 0 && (value === undefined || !among.includes(value))
    case 'Exists':
      return among.length === 0 && value !== undefined
    case 'DoesNotExist':
      return among.length === 0 && value === undefined
    default:
      return false
  }
}
