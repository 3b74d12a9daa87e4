/** Counts promises that are under way, so that no more than a number of them are at once. */
export interface InFlight {
  /** Resolves as soon as there is room for a next one. Rejects with the signal's reason. */
  add(promise: Promise<unknown>, signal: AbortSignal): Promise<void>
  /** Resolves once none is under way, however they ended. */
  settled(): Promise<void>
}

export function createInFlight(max: number): InFlight {
  let count = 0
  /** There while somebody waits. */
  let changed: PromiseWithResolvers<void> | undefined

  function change(): void {
    changed?.resolve()
    changed = undefined
  }

  function untilChange(): Promise<void> {
    changed ??= Promise.withResolvers()
    return changed.promise
  }

  function done(): void {
    count--
    change()
  }

  async function room(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', change)
    while (count >= max && !signal.aborted) await untilChange()
    signal.removeEventListener('abort', change)
  }

  return {
    async add(promise, signal) {
      count++
      promise.then(done, done)
      if (count >= max) await room(signal)
      signal.throwIfAborted()
    },
    async settled() {
      while (count > 0) await untilChange()
    },
  }
}
