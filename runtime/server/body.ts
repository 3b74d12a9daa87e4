import express, { type NextFunction, type Request, type Response } from 'express'
import { messageOf } from '../errors.ts'
import { Refused } from './refused.ts'

/** Bytes, after content-encoding is undone. CloudEvents asks for 64 KiB at least (Size Limits). */
const maxBytes = 1024 * 1024
const parse = express.raw({ type: () => true, limit: maxBytes })

/**
 * Reads the body of any type as bytes, for {@link bytesOf}. 413 is resent by Go senders, in vain,
 * but no other code says it.
 * @throws Refused 413 above 1 MiB, 415 for an unknown content-encoding, 400 for a broken or
 * shortened body
 */
export function readBody(request: Request, response: Response, next: NextFunction): void {
  parse(request, response, (error?: unknown) => next(error && refusalOfBody(error)))
}

/** No bytes if the request has no body: the parser leaves `body` unset then. */
export const bytesOf = ({ body }: { readonly body: unknown }): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0)

function refusalOfBody(error: unknown): Refused {
  const status = error instanceof Error && 'status' in error ? error.status : 400
  if (status === 413) return new Refused(413, 'the body must not exceed 1 MiB')
  if (status === 415) return new Refused(415, `the body can't be read: ${messageOf(error)}`)
  return new Refused(400, `the body can't be read: ${messageOf(error)}`)
}
