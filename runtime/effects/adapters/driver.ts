/**
 * A way in which a host is told which DNS servers to ask. A driver knows places and their fields, and nothing of
 * yesterday: what is remembered and what is put back is decided above it, the same for all of them.
 */
export interface AdapterDriver {
  readonly name: string
  /** Whether it decides on this host, and by what that is seen; for `k2s-dns doctor`. It changes nothing. */
  detect(signal: AbortSignal): Promise<{ readonly applies: boolean; readonly because: string }>
  /** Places that have to be told for the wish to come true, as they are and as they must be. */
  places(wish: Wish, signal: AbortSignal): Promise<readonly Place[]>
  /** @returns undefined if there is no such place any more, nor anything of what was set there */
  read(id: string, signal: AbortSignal): Promise<Fields | undefined>
  /** Sets fields of a place; the others stay as they are. Doing it again changes nothing. */
  write(id: string, fields: Fields, signal: AbortSignal): Promise<void>
  /** What the host has in its caches of answers and denials is forgotten. */
  flush(signal: AbortSignal): Promise<void>
  /** Yields as the host says that something may have changed, where it can say so; it is polled besides. */
  changes?(signal: AbortSignal): AsyncIterable<void>
}

/** What the host is to be told. */
export interface Wish {
  /** `split`: questions in our zones go to the server. `all`: every question does. */
  readonly mode: 'split' | 'all'
  readonly zones: readonly string[]
  readonly server: { readonly address: string; readonly port: number }
}

/** Something that has one setting: an adapter, a file, a rule. */
export interface Place {
  /** The same after a reboot: a GUID or a path, not an index. */
  readonly id: string
  /** For people: `Ethernet 2`. */
  readonly label: string
  readonly now: Fields
  readonly wanted: Fields
}

/** By name; null where nothing is set. What differs in one field is put back in that field alone. */
export type Fields = Readonly<Record<string, Json>>

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
