import type { EtcdClient } from '../../clients/etcd.ts'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'

/** Only one works on CoreDNS at a time, of all replicas and commands of an instance. */
export interface Turns {
  /**
   * Waits until nobody else works, then does it. Whoever is killed meanwhile blocks the next for five seconds.
   * @param work its signal aborts too when the turn is lost, since etcd was away for longer
   */
  take<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>
  isTaken(): Promise<boolean>
}

const ttlSeconds = 5
const renewMs = 1_500
const askAgainMs = 250

export interface TurnsOptions {
  readonly etcd: Pick<EtcdClient, 'read' | 'transact' | 'grantLease'>
  readonly key: string
  readonly clock: Clock
}

export function turnsIn({ etcd, key, clock }: TurnsOptions): Turns {
  /** @param held the revision at which it was taken, `'0'` for none @returns the new one; undefined: it is somebody else's */
  async function put(held: string): Promise<string | undefined> {
    const leaseId = await etcd.grantLease(ttlSeconds)
    return etcd.transact([{ key, modRevision: held }], [{ key, put: '', leaseId }])
  }

  async function untilTaken(signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted()
      const held = (await etcd.read([key])).has(key) ? undefined : await put('0')
      if (held !== undefined) return held
      await clock.sleep(askAgainMs, signal)
    }
  }

  return {
    isTaken: async () => (await etcd.read([key])).has(key),
    async take(work, signal) {
      let held = await untilTaken(signal)
      const ended = new AbortController()
      const lost = new AbortController()
      let renewedAt = clock.now()

      async function keepRenewing(): Promise<void> {
        while (!ended.signal.aborted) {
          await clock.sleep(renewMs, ended.signal).catch(() => undefined) // ended: the loop ends
          if (ended.signal.aborted) return
          try {
            const renewed = await put(held)
            if (renewed === undefined) throw new Error('it is not ours any more')
            held = renewed
            renewedAt = clock.now()
          } catch (error) {
            const isOver =
              !(error instanceof RetryLater) || clock.now() - renewedAt > ttlSeconds * 1_000
            if (isOver)
              return lost.abort(new RetryLater('somebody else may work on CoreDNS by now'))
          }
        }
      }

      const renewing = keepRenewing()
      try {
        return await work(AbortSignal.any([signal, lost.signal]))
      } finally {
        ended.abort()
        await renewing
        await etcd
          .transact([{ key, modRevision: held }], [{ key, delete: true }])
          .catch(() => undefined) // it goes by itself
      }
    },
  }
}
