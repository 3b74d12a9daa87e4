import type { Endpoint } from './endpoints.ts'

/** One port of a Service's address. */
export interface Forwarder {
  close(): Promise<void>
}

export interface ForwarderOptions extends Endpoint {
  /** Whom something new goes to; undefined if there is nobody. */
  readonly next: () => Endpoint | undefined
  readonly serves: (endpoint: Endpoint) => boolean
}
