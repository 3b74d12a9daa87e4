import type { Outcome } from './peers.ts'
import type { Run } from './runs.ts'

/** What is stored for one type of a name, and what CoreDNS answers. */
export interface Seen {
  readonly stored: string | undefined
  readonly answered: string
}

export interface Difference {
  /** `name TYPE` */
  readonly at: string
  readonly theirs: Seen
  readonly ours: Seen
}

export interface Comparison {
  /** How many types of names one of them has at least. */
  readonly count: number
  readonly different: readonly Difference[]
}

/** A run and what was seen in it; its number is its place, from 1. */
export type Ran = readonly [run: Run, comparison: Comparison]

export const told = ({ stored, answered }: Seen): string => `${stored ?? '–'} → ${answered}`

export async function compare(theirs: Outcome, ours: Outcome): Promise<Comparison> {
  const all = [...new Set([...theirs.names.keys(), ...ours.names.keys()])].sort()
  const different: Difference[] = []
  for (const at of all) {
    const [a, b] = [await seenAt(at, theirs), await seenAt(at, ours)]
    if (a.stored !== b.stored || a.answered !== b.answered)
      different.push({ at, theirs: a, ours: b })
  }
  return { count: all.length, different }
}

async function seenAt(at: string, { names, answer }: Outcome): Promise<Seen> {
  const [name = '', type = ''] = at.split(' ')
  return { stored: names.get(at), answered: await answer(name, type) }
}
