/** Keys from `from` on and before `end`, in the order of their bytes. */
export interface Range {
  readonly from: string
  readonly end: string
}

/** The first key behind all that begin with a prefix. @param prefix ends with a slash, which '0' follows */
export const endOf = (prefix: string): string => `${prefix.slice(0, -1)}0`

/** All keys that begin with a prefix. @param prefix ends with a slash */
export const rangeBelow = (prefix: string): Range => ({ from: prefix, end: endOf(prefix) })
