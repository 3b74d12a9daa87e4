/** The world may get better: the event is tried again, after a back-off of its own. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
}

/** It won't get better by trying again: the event is done with, and whoever sent it learns why. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp'
}

/** A message for people, whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Several failures as one: nothing is tried again if none of them may get better. */
export function joined(errors: readonly unknown[]): Error {
  const Kind = errors.every((each) => each instanceof GiveUp) ? GiveUp : RetryLater
  return new Kind(errors.map(messageOf).join('; '), { cause: errors[0] })
}
