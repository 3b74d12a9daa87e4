import type { Request, Response } from 'express'
import { RetryLater } from '../errors.ts'
import type { Handled } from '../function.ts'
import { bytesOf } from './body.ts'
import { decodeEvent } from './decode.ts'
import { shown } from './not-an-event.ts'
import type { ServerOptions } from './options.ts'
import { Refused } from './refused.ts'
import { waitFor } from './wait.ts'

/**
 * Takes an event and answers when it has taken effect: 204, or 200 with what the functions
 * answered. A sender that hangs up, or has waited for `answerWithinMs` or as long as it prefers, ends the waiting and not
 * the event.
 * @param closing aborts when nobody is to wait any longer
 */
export function receive(
  { dispatch, functionNames, answerWithinMs = 10_000 }: ServerOptions,
  closing: AbortSignal,
) {
  return async function receiveEvent(request: Request<{ name?: string }>, response: Response) {
    const functionName = request.params.name
    const event = decodeEvent(request.headersDistinct, bytesOf(request))
    const gone = new AbortController()
    response.once('close', () => gone.abort(new RetryLater('the sender hung up')))
    const handled = await waitFor(
      (signal) => dispatch(event, { ...(functionName !== undefined && { functionName }), signal }),
      {
        withinMs: waitMsOf(request) ?? answerWithinMs,
        what: 'the event is still at work',
        until: [gone.signal, closing],
      },
    )
    if (handled.length === 0) {
      const who = functionName ?? functionNames.join(', ')
      throw new Refused(422, `no function takes events of type ${shown(event.type)}: asked ${who}`)
    }
    if (hasBody(request, handled)) response.status(200).json({ handled })
    else response.status(204).end()
  }
}

/** A sender waits longer than this for nothing; `fetch` of Node gives up after five minutes. */
const maxWaitMs = 600_000

/** How long the sender says that it waits: `Prefer: wait=120` (RFC 7240 4.3). A cluster start takes its time. */
function waitMsOf(request: Request<{ name?: string }>): number | undefined {
  const [, seconds] =
    /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/i.exec(request.get('prefer') ?? '') ?? []
  return seconds === undefined ? undefined : Math.min(Number(seconds) * 1_000, maxWaitMs)
}

/**
 * Whether there is something to tell. Knative's broker and channels take any body that isn't a
 * CloudEvent for a failed delivery and resend (eventing, `writeResponse` of the filter and the
 * fanout). They are known by `Prefer: reply` (Knative data plane, Derived Reply Events).
 */
function hasBody(request: Request<{ name?: string }>, handled: readonly Handled[]): boolean {
  const preferences = request.get('prefer')?.toLowerCase().split(/[,;]/) ?? []
  if (preferences.some((each) => each.trim() === 'reply')) return false
  return handled.some(({ answer }) => Object.keys(answer).length > 0)
}
