import type { Mallory } from './mallory.ts'

/** Something that a tenant may try, and what must come of it. */
export interface Attempt {
  readonly tries: string
  does(mallory: Mallory): Promise<unknown>
  /** By name (its A records) or `TYPE name`. The victims' names are asked for after every attempt anyway. */
  readonly answers: Readonly<Record<string, string>>
  /** Reasons of the refusals that are shown, and what a sender of events is told; none by default. */
  readonly shown?: readonly string[]
}

/** Where Mallory wants others to end up. */
export const trap = '10.6.6.6'
export const trapped = `A ${trap}`
