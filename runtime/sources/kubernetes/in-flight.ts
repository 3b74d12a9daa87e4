/** Counts promises that are under way, so that no more than a number of them are at once. */
export interface InFlight {
  /** Resolves as soon as there is room for a next one. Rejects with the signal's reason. */
  add(promise: Promise<unknown>, signal: AbortSignal): Promise<void>
  /** Resolves once none is under way, however they ended. */
  settled(): Promise<void>
}

export function createInFlight(max: number): InFlight {
  let count = 0
  let changed = Promise.withResolvers<void>()

  function change(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  function done(): void {
    count--
    change()
  }

  return {
    async add(promise, signal) {
      count++
      promise.then(done, done)
      signal.addEventListener('abort', change)
      while (count >= max && !signal.aborted) await changed.promise
      signal.removeEventListener('abort', change)
      signal.throwIfAborted()
    },
    async settled() {
      while (count > 0) await changed.promise
    },
  }
}
