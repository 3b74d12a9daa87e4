import { type TargetSource, targetSources } from '../../../functions/names/kinds/kind.ts'
import type { AnObject } from '../objects.ts'
import type { Addresses } from './addresses.ts'
import { matrixKinds } from './index.ts'
import type { Extra, MatrixKind, Placed } from './kind.ts'
import { type Situation, situations, stepsOf } from './situations.ts'

/** One kind, one source of targets, one situation. */
export interface Cell {
  readonly title: string
  readonly kind: MatrixKind
  readonly source: TargetSource
  readonly situation: Situation
}

const all = Object.keys(situations) as readonly Situation[] // just these

export const cells: readonly Cell[] = matrixKinds.flatMap((kind) =>
  targetSources.flatMap((source) =>
    all
      .filter((situation) => !(situation === 'no host' && kind.needsHost))
      .map((situation) => ({
        title: `${kind.title}, ${situation}, target by ${source}`,
        kind,
        source,
        situation,
      })),
  ),
)

const slug = (...texts: readonly string[]) =>
  texts.join(' ').toLowerCase().replaceAll(/\W+/g, '-').replaceAll(/-$/g, '')

/** `first` → `first-ingress-status.cluster.local`; `*.` stays in front. */
const hostIn = ({ kind, source }: Cell, label: string): string =>
  `${label}-${slug(kind.title)}-${source}.cluster.local`

const nameIn = ({ kind, source, situation }: Cell) => slug(kind.title, source, situation)

const idIn = (cell: Cell, letter: string): string =>
  cell.kind.kind.clusterWide ? `${letter}-${nameIn(cell)}` : `matrix-${letter}/${nameIn(cell)}`

/** The step, or the last one. */
const at = ({ situation }: Cell, step: number) => {
  const steps = stepsOf(situation)
  return steps[Math.min(step, steps.length - 1)] ?? {}
}

export interface CellObject extends Omit<Placed, 'object'> {
  /** None: it is not there any more. */
  readonly object: AnObject | undefined
  readonly beside: readonly Placed[]
}

/** What is to be there from a step on; only that of a step itself, if the situation has it. */
export function objectsOfCell(cell: Cell, step: number, addresses: Addresses): CellObject[] {
  const { kind, source } = cell
  const now = at(cell, step)
  const letters = ['a', 'b'] as const
  return letters
    .filter((letter) => now[letter] || (step > 0 && at(cell, step - 1)[letter]))
    .map((letter) => {
      const id = idIn(cell, letter)
      const hosts = now[letter]?.map((label) => hostIn(cell, label))
      return {
        kind: kind.kind,
        id,
        object: hosts && kind.object({ hosts, source, at: addresses }),
        beside: kind.beside?.(id, addresses) ?? [],
      }
    })
}

export interface Expected {
  /** Addresses by host; none: it does not exist. */
  readonly answers: ReadonlyMap<string, string | undefined>
  readonly extras: readonly Extra[]
  /** `host reason` */
  readonly refused: readonly string[]
}

/** What is to be seen from a step on. */
export function expectedOf(cell: Cell, step: number, addresses: Addresses): Expected {
  const { kind, source, situation } = cell
  const decider = kind.decides[source]
  const address = decider === 'nothing' ? undefined : addresses[decider]
  const asked = new Set(Object.values(at(cell, step)).flat())
  const ever = new Set(stepsOf(situation).flatMap((each) => Object.values(each).flat()))
  const answers = new Map<string, string | undefined>()
  const extras: Extra[] = []
  const refused: string[] = []
  for (const label of ever) {
    const host = hostIn(cell, label)
    const isWildcard = host.startsWith('*')
    const isThere = asked.has(label) && !isWildcard
    answers.set(host.replace('*', 'any'), isThere ? address : undefined)
    if (isThere && decider === 'itself')
      extras.push(...(kind.comesWith?.(host, addresses, nameIn(cell)) ?? []))
    if (asked.has(label) && decider === 'nothing') refused.push(`${host} no-target`)
    else if (asked.has(label) && isWildcard) refused.push(`${host} wildcard`)
  }
  return { answers, extras, refused }
}
