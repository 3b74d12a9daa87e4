import { type Ran, told } from './comparison.ts'
import { chapters, isAt, reasonsFor } from './differences/index.ts'

/** Differences that nothing explains, and explanations that nothing needs. */
export function unsettled(all: readonly Ran[]): readonly string[] {
  const seen = all.flatMap(([, { different }], index) =>
    different.map((each) => ({ ...each, run: index + 1, reasons: reasonsFor(each.at, index + 1) })),
  )
  const unexplained = seen
    .filter(({ reasons }) => reasons.length === 0)
    .map(({ at, run, ...each }) => `run ${run}: ${at}: ${told(each.theirs)} | ${told(each.ours)}`)
  const unneeded = Object.values(chapters)
    .flat()
    .flatMap((difference) => {
      const own = seen.filter(({ reasons }) => reasons.includes(difference))
      return difference.at
        .filter((place) => !own.some(({ at }) => isAt(at, place)))
        .map((place) => `not seen: ${difference.what}: ${place}`)
    })
  return [...unexplained, ...unneeded]
}
