/** Which of the objects `a` and `b`, of two namespaces, are there, and with which hosts. */
export type Step = Readonly<Partial<Record<'a' | 'b', readonly string[]>>>

/** Columns of the matrix: what happens, step by step. After the last one everything stays as it is. */
export const situations = {
  'one host': [{ a: ['one'] }],
  'several hosts': [{ a: ['first', 'second', 'third'] }],
  'a wildcard': [{ a: ['*.wild', 'beside-wild'] }],
  'no host': [{ a: [] }],
  'a shared host': [{ a: ['shared'], b: ['shared'] }, { b: ['shared'] }, {}],
  'changed hosts': [{ a: ['before', 'kept'] }, { a: ['kept', 'after'] }],
  deleted: [{ a: ['gone'] }, {}],
} as const satisfies Readonly<Record<string, readonly Step[]>>

export type Situation = keyof typeof situations

export const stepsOf = (situation: Situation): readonly Step[] => situations[situation]
