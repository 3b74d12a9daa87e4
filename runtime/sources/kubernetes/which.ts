import type { ObjectKind, Which } from '../../../functions/names/kinds/kind.ts'
import { pathOf } from '../../kinds.ts'

/** Names a question to other objects: the same for all who ask it, and found from any object that is an answer. */
export type QuestionId = string

export const questionId = ({ kind, group }: ObjectKind, which: Which): QuestionId =>
  `${kind}.${group} ${which.namespace ?? '*'}/${which.name ?? ''} ${sayLabel(which)}`

const sayLabel = ({ label }: Which) => (label ? `${label.key}=${label.value}` : '')

/** Every question that an object is an answer to. */
export function questionsOn(
  kind: ObjectKind,
  { namespace, name, labels }: Located,
): readonly QuestionId[] {
  const places = [{}, { namespace }]
  const byLabel = Object.entries(labels).map(([key, value]) => ({ label: { key, value } }))
  const all = places.flatMap((place) => [
    place,
    ...byLabel.map((label) => ({ ...place, ...label })),
  ])
  return [{ namespace, name }, { name }, ...all].map((which) => questionId(kind, which))
}

/** What of an object may be asked for. */
export interface Located {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** What is listed or watched at the API server: all at a path, or those that selectors name. */
export interface Selection {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

export function selectionOf(kind: ObjectKind, apiVersion: string, which: Which = {}): Selection {
  const { namespace, name, label } = which
  const labels = [kind.label, label && `${label.key}=${label.value}`].filter(Boolean).join(',')
  return {
    path: pathOf(kind, apiVersion, namespace),
    query: {
      ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
      ...(labels !== '' && { labelSelector: labels }),
    },
  }
}
