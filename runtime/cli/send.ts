import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { GiveUp, messageOf, RetryLater } from '../errors.ts'
import { type CloudEvent, type EventKind, plainEvent } from '../events.ts'
import type { Call } from './command.ts'

export interface Sending {
  /** Base URL of a running instance. */
  readonly url: string
  /** Of the set; without one every function that takes the event's type. */
  readonly functionName?: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** No instance listens there: nobody took the event. */
export class NoInstance extends RetryLater {}

/** An event of ours without an object, for the instance on this machine. @returns its URL, and its answer */
export async function tellInstance(
  kind: EventKind<unknown>,
  { config, signal }: Pick<Call, 'config' | 'signal'>,
  { functionName, timeoutMs = tellMs }: { functionName?: string; timeoutMs?: number } = {},
): Promise<{ readonly url: string; readonly answer: unknown }> {
  const url = `http://127.0.0.1:${config.http.port}`
  const event = plainEvent(kind, '/k2s-dns/cli')
  const sending = { url, timeoutMs, signal, ...(functionName && { functionName }) }
  return { url, answer: await sendEvent(event, sending) }
}

/** A hook that takes longer holds up the cluster's own start or stop. */
const tellMs = 60_000

/** At a start, or with other certificates, CoreDNS has its time to come good, and the same once more to be as it was. */
export const startMs = ({ coredns: { mode, deadlineMs } }: Config): number =>
  tellMs + (mode === 'ensure' ? 2 * deadlineMs : 0)

/**
 * Sends an event to a running instance in structured mode and waits for its effect. While the instance says
 * 503 it is sent again, until the time is up.
 * @returns the parsed answer; undefined if there was nothing to say
 * @throws NoInstance if nobody listens, GiveUp if the event can never work, RetryLater when the time is up
 */
export async function sendEvent(event: CloudEvent<unknown>, sending: Sending): Promise<unknown> {
  const { url, functionName, timeoutMs, signal } = sending
  const target = new URL(functionName ? `/functions/${functionName}` : '/', url)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  for (;;) {
    const answer = await post(target, event, { timeoutMs, signal: deadline })
    const text = await answer.text()
    if (answer.ok) return text === '' ? undefined : JSON.parse(text)
    if (answer.status !== 503) throw new GiveUp(`${target} answered ${answer.status}: ${text}`)
    const waitMs = Number(answer.headers.get('retry-after') ?? 1) * 1_000
    await systemClock.sleep(waitMs, deadline).catch((cause: unknown) => {
      throw new RetryLater(`${target} can't do it now: ${text}`, { cause })
    })
  }
}

async function post(
  target: URL,
  event: CloudEvent<unknown>,
  { timeoutMs, signal }: Pick<Sending, 'timeoutMs' | 'signal'>,
): Promise<Response> {
  try {
    return await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        prefer: `wait=${Math.floor(timeoutMs / 1_000)}`, // RFC 7240 4.3
      },
      body: JSON.stringify(event),
      signal,
    })
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } } // undici tells the reason this way
    if (cause?.code === 'ECONNREFUSED')
      throw new NoInstance(`no instance listens at ${target.origin}`)
    throw new RetryLater(`${target} did not answer: ${messageOf(error)}`, { cause: error })
  }
}
