import { GiveUp, RetryLater } from '../errors.ts'
import { NotAnEvent } from './not-an-event.ts'

/** A request that gets an error for an answer. The message is for its sender. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/**
 * Seconds. The queue's back-off is capped at about as much, so there is no use in a longer one
 * here.
 */
const retryAfter = { 'Retry-After': '1' }

/**
 * The answer that a foreseen error means, or undefined. A final no is 400, 401, 403, 410, 415 or
 * 422, since Go senders resend 404, 413, 425, 429, 502–504, and Knative's broker 404, 408, 409, 429
 * and all from 500. So what may go better next time is 503, never 500.
 */
export function foreseen(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error
  if (error instanceof NotAnEvent) return new Refused(error.status, error.message)
  if (error instanceof GiveUp) return new Refused(422, error.message)
  if (error instanceof RetryLater) return new Refused(503, error.message, retryAfter)
  // express could not undo the percent-encoding of a path
  if (error instanceof URIError) return new Refused(400, 'the path is not percent-encoded UTF-8')
  return undefined
}

/** The answer to anything else: a defect of ours, which may yet mend. What it is stays here. */
export const unforeseen = new Refused(
  503,
  'something went wrong here: the log of k2s-dns says what',
  retryAfter,
)
