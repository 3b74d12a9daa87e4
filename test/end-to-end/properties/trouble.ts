import type { EtcdClient } from '../../../runtime/clients/etcd.ts'
import { RetryLater } from '../../../runtime/errors.ts'

/** When a call is to fail: so many calls from now, before etcd sees it or when etcd has done it. */
export interface Failure {
  readonly afterCalls: number
  readonly seen: boolean
  /** Whether all calls fail from then on, as those of a process that died. */
  readonly forGood: boolean
}

export interface Breakable extends EtcdClient {
  arm(failure: Failure | undefined): void
  /** Resolves when a failure for good has happened. */
  readonly broken: Promise<void>
}

/** A connection that fails when it is told to, and can't be closed, as others use it too. */
export function breakable(etcd: EtcdClient): Breakable {
  const { promise: broken, resolve: breakDown } = Promise.withResolvers<void>()
  let armed: Failure | undefined
  let calls = 0
  let isBroken = false

  function fail(): never {
    if (armed?.forGood) {
      isBroken = true
      breakDown()
    }
    armed = undefined
    throw new RetryLater('the connection is cut')
  }

  async function call<T>(make: () => Promise<T>): Promise<T> {
    if (isBroken) fail()
    const isTurn = armed !== undefined && calls++ === armed.afterCalls
    if (isTurn && !armed?.seen) fail()
    const result = await make()
    if (isTurn || isBroken) fail()
    return result
  }

  async function allBelow(...prefixes: readonly string[]) {
    const found = []
    for await (const page of etcd.readPrefix(...prefixes)) found.push(...page)
    return found
  }

  return {
    arm(failure) {
      armed = failure
      calls = 0
    },
    broken,
    transact: (...all) => call(() => etcd.transact(...all)),
    read: (...all) => call(() => etcd.read(...all)),
    async *readPrefix(...prefixes) {
      yield await call(() => allBelow(...prefixes))
    },
    watch: (watching) => etcd.watch(watching),
    currentRevision: (key) => call(() => etcd.currentRevision(key)),
    grantLease: (ttlSeconds) => call(() => etcd.grantLease(ttlSeconds)),
    reconnect: async () => undefined,
    tryOut: async () => undefined,
    close: () => undefined,
  }
}
