import type { CloudEvent } from '../events.ts'
import type { Handled } from '../function.ts'

/** Turns something outside into events, and knows nothing of who listens. */
export interface Source {
  readonly name: string
  /** Ends when the signal aborts; whatever else happens it deals with itself. */
  start(emit: Emit, signal: AbortSignal): Promise<void>
}

/**
 * Hands an event over. Resolves once it, or a newer one of the same object, has taken effect.
 * @param options.fresh it was just received from the API server itself, in order: no need to ask it again
 * @param options.lane `resync` lets live events go first; default `live`
 */
export type Emit = (
  event: CloudEvent<unknown>,
  options?: { readonly fresh?: boolean; readonly lane?: 'live' | 'resync' },
) => Promise<readonly Handled[]>

/** Where events go, and until when. */
export interface Destination {
  readonly emit: Emit
  readonly signal: AbortSignal
}
