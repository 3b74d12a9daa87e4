import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { turnsIn } from '../../../../runtime/effects/coredns/turn.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { handClock, settled } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'

const test = suite('a turn')
const key = '/k2s-dns/k2s-dns/coredns-turn'
const never = new AbortController().signal

/** One key of etcd, which goes with its lease. */
function world() {
  const clock = handClock()
  let held: { revision: string; until: number } | undefined
  let revision = 1
  let away = false
  const now = () => {
    if (held && held.until < clock.now()) held = undefined
    return held
  }
  const answered = async <T>(answer: () => T): Promise<T> => {
    if (away) throw new RetryLater('etcd is away')
    return answer()
  }
  const etcd: Parameters<typeof turnsIn>[0]['etcd'] = {
    grantLease: () => answered(() => '1'),
    read: () =>
      answered(
        () => new Map(now() ? [[key, { value: '', modRevision: now()?.revision ?? '' }]] : []),
      ),
    transact: ([compare], [write]) =>
      answered(() => {
        if (compare?.modRevision !== (now()?.revision ?? '0')) return undefined
        const next = String(++revision)
        held = write && 'put' in write ? { revision: next, until: clock.now() + 5_000 } : undefined
        return next
      }),
  }
  return {
    clock,
    turns: () => turnsIn({ etcd, key, clock }),
    takenBySomebody() {
      held = { revision: String(++revision), until: clock.now() + 5_000 }
    },
    goAway(is: boolean) {
      away = is
    },
  }
}

/** Work that lasts until it is ended. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>()
  let signal: AbortSignal | undefined
  return {
    run: (given: AbortSignal) => {
      signal = given
      return Promise.race([
        promise,
        new Promise<never>((_, reject) =>
          given.addEventListener('abort', () => reject(given.reason)),
        ),
      ])
    },
    end: resolve,
    begun: () => signal !== undefined,
  }
}

test('is waited for until the one before has ended', async () => {
  const { clock, turns } = world()
  const [first, second] = [work(), work()]
  const one = turns().take(first.run, never)
  await settled()
  const other = turns().take(second.run, never)
  await clock.pass(60_000)
  assert.equal([first.begun(), second.begun()], [true, false])
  first.end()
  await one
  await clock.pass(300)
  assert.ok(second.begun())
  second.end()
  await other
  assert.is(await turns().isTaken(), false)
})

test('of somebody who was killed is over after five seconds', async () => {
  const { clock, turns, takenBySomebody } = world()
  takenBySomebody()
  const next = work()
  const done = turns().take(next.run, never)
  await clock.pass(4_900)
  assert.not.ok(next.begun())
  await clock.pass(600)
  assert.ok(next.begun())
  next.end()
  await done
})

test('is lost when etcd was away for longer than it lasts, and not before', async () => {
  const { clock, turns, goAway } = world()
  const held = work()
  const failed = failureOf(turns().take(held.run, never))
  await settled()
  goAway(true)
  await clock.pass(4_000)
  goAway(false)
  await clock.pass(4_000)
  goAway(true)
  await clock.pass(10_000)
  assert.match(String(await failed), 'somebody else may work on CoreDNS by now')
})

test('is lost when somebody else has it', async () => {
  const { clock, turns, takenBySomebody } = world()
  const failed = failureOf(turns().take(work().run, never))
  await settled()
  takenBySomebody()
  await clock.pass(2_000)
  assert.match(String(await failed), 'somebody else may work on CoreDNS by now')
})

test.run()
