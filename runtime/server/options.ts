import type { CloudEvent } from 'cloudevents'
import type { Handled } from '../function.ts'

export interface ServerOptions {
  /**
   * Where to listen: an address or a name. Only clients on this machine may send events, whatever
   * it is.
   */
  readonly host: string
  /** 0: any free one, told by {@link HttpServer.address}. */
  readonly port: number
  /**
   * Resolves once the event has taken effect durably, with an item for each function that took it:
   * none means that no function does. Rejects with GiveUp, RetryLater or anything else.
   * @param options.signal aborts when nobody waits for the answer any more. The event goes on.
   */
  readonly dispatch: (
    event: CloudEvent<unknown>,
    options: { readonly functionName?: string; readonly signal: AbortSignal },
  ) => Promise<readonly Handled[]>
  readonly functionNames: readonly string[]
  readonly readiness: (signal: AbortSignal) => Promise<Readiness>
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  readonly log: Log
  /** Default 10,000. An event that takes longer is answered 503, and goes on in the queue. */
  readonly answerWithinMs?: number
  /** Default 10,000. A request that takes longer to arrive is answered 408. */
  readonly receiveWithinMs?: number
  /** Default 5,000. How long `close` lets events take effect before their senders get a 503. */
  readonly closeWithinMs?: number
}

/** Answered as it is, so it may say more than this. */
export interface Readiness {
  readonly ready: boolean
  /** Why not, a sentence each. */
  readonly reasons: readonly string[]
  /** Whether it watches the cluster, or waits for the one that does to go. */
  readonly role?: 'leader' | 'standby'
}

/** As pino has it. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
