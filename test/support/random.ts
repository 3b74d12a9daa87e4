import { seed } from '../runner/full.ts'

/** Chance that can be had again: the runner prints the seed it starts from. */
export interface Random {
  /** a whole number from 0 to below `end` */
  below(end: number): number
  oneOf<T>(choices: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
}

/** @param round another one each time, so that a failing round can be named */
export function randomOf(round: number): Random {
  let state = (seed + Math.imul(round, 0x9e3779b1)) >>> 0
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) >>> 0 // mulberry32
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  return {
    below,
    oneOf: <T>(choices: readonly T[]) => choices[below(choices.length)] as T, // not empty
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: below(2 ** 32) }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}
