import { z } from 'zod'

export const conditions = z
  .array(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
      observedGeneration: z.number().nullish(),
    }),
  )
  .nullish()

export type Conditions = z.infer<typeof conditions>
export type Condition = NonNullable<Conditions>[number]

/**
 * What a controller says of whether it accepts an object; undefined if it said nothing, or only of an older
 * generation. Names don't wait for it: where it says nothing, our own judgement stands alone.
 * @param generation that of the object as it is now
 */
export function accepted(
  all: Conditions,
  generation: number | null | undefined,
): Condition | undefined {
  const condition = all?.find(({ type }) => type === 'Accepted')
  const observed = condition?.observedGeneration ?? generation ?? 0
  return observed < (generation ?? 0) ? undefined : condition
}
