import { RetryLater } from '../../../runtime/errors.ts'
import type { Lease, LeaseObject, LeaseSpec } from '../../../runtime/leadership/lease.ts'

/** One Lease, and any number of replicas that know it. */
export interface LeaseModel {
  /** @param trouble may be changed at any time */
  connect(trouble?: Trouble): Lease
  readonly spec: LeaseSpec | undefined
  /** Requests to write that came through, and those that lost the comparison. */
  readonly writes: { readonly done: number; readonly lost: number }
  /** Someone else writes, as by `kubectl edit`. */
  edit(spec: LeaseSpec): void
  delete(): void
}

/** What happens on the way there and back; what is thrown, the caller sees. */
export interface Trouble {
  before?: () => Promise<void> | void
  after?: () => Promise<void> | void
  /** Whether there is no watch. */
  unwatched?: boolean
}

/**
 * A fake of the API server, as far as leadership asks it: one object whose version changes with each write, a
 * write that compares it, a watch that tells each change in its order. Not modelled: rights, namespaces, a
 * watch that lags or ends by itself.
 */
export function leaseModel(): LeaseModel {
  let stored: LeaseObject | undefined
  let version = 0
  const writes = { done: 0, lost: 0 }
  let history: { readonly version: number; readonly object: LeaseObject | undefined }[] = []
  let changed = Promise.withResolvers<void>()

  function become(spec: LeaseSpec | undefined): LeaseObject | undefined {
    version++
    stored = spec && { metadata: { resourceVersion: String(version) }, spec }
    history = [...history, { version, object: stored }]
    changed.resolve()
    changed = Promise.withResolvers()
    return stored
  }

  return {
    get spec() {
      return stored?.spec
    },
    writes,
    edit: (spec) => void become(spec),
    delete: () => void become(undefined),
    connect: (trouble = {}) => ({
      async read(signal) {
        await trouble.before?.()
        signal.throwIfAborted()
        const found = stored
        await trouble.after?.()
        return found
      },
      async write(spec, over, signal) {
        await trouble.before?.()
        signal.throwIfAborted()
        const isQuicker = stored?.metadata.resourceVersion !== over?.metadata.resourceVersion
        writes[isQuicker ? 'lost' : 'done']++
        const written = isQuicker ? undefined : become(spec)
        await trouble.after?.()
        return written
      },
      async *changes(since, signal) {
        const aborted = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
        aborted.catch(() => undefined)
        let at = Number(since.metadata.resourceVersion)
        for (;;) {
          if (trouble.unwatched) throw new RetryLater('watch: 403 forbidden')
          const next = history.find((change) => change.version > at)
          if (!next) await Promise.race([changed.promise, aborted])
          else {
            at = next.version
            yield next.object
          }
        }
      },
    }),
  }
}

/** On its way for ever. */
export const never = (): Promise<void> => new Promise(() => undefined)
