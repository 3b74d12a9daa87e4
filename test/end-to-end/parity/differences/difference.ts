/** Something that the two do otherwise, and why we do. */
export interface Difference {
  readonly what: string
  readonly theirs: string
  readonly ours: string
  readonly why: string
  /** Names below cluster.local where it is seen, of any type; or what `name TYPE` is like. */
  readonly at: readonly (string | RegExp)[]
  /** The only runs where it is the reason, before all others; default: in any run. */
  readonly runs?: readonly number[]
}
