import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../../../runtime/clock.ts'
import { insist } from '../../../../runtime/effects/coredns/insist.ts'
import { GiveUp, RetryLater } from '../../../../runtime/errors.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'

const test = suite('work that is insisted on')

function insisting(work: (attempt: number) => Promise<string>) {
  const clock = handClock()
  const stop = new AbortController()
  let attempt = 0
  const timed = { withinMs: 1_000, clock, signal: stop.signal }
  return { clock, stop, done: insist(() => work(++attempt), timed) }
}

test('is tried until it is done', async () => {
  const { clock, done } = insisting(async (attempt) => {
    if (attempt < 3) throw new RetryLater('not yet')
    return `at ${attempt}`
  })
  await clock.pass(600)
  assert.is(await done, 'at 3')
  assert.equal(clock.waiting(), [])
})

test('ends with the time, and says what was in the way', async () => {
  const { clock, done } = insisting(() => Promise.reject(new RetryLater('it is away')))
  const failed = failureOf(done)
  await clock.pass(1_300)
  assert.is(String(await failed), 'RetryLater: not within 1 s: it is away')
})

test('ends with the time also if it waits the way Node does, and what it says then counts if nothing else does', async () => {
  for (const [first, told] of [
    [undefined, 'The operation was aborted'],
    [new RetryLater('it is away'), 'it is away'],
  ] as const) {
    let attempt = 0
    const work = async (signal: AbortSignal) => {
      if (attempt++ === 0 && first) throw first
      return systemClock.sleep(60_000, signal)
    }
    const timed = { withinMs: 300, clock: systemClock, signal: new AbortController().signal }
    assert.is(String(await failureOf(insist(work, timed))), `RetryLater: not within 0.3 s: ${told}`)
  }
})

test('ends with what no trying helps against', async () => {
  const { done } = insisting(() => Promise.reject(new GiveUp('no')))
  assert.is(String(await failureOf(done)), 'GiveUp: no')
})

test('ends when whoever waits is told to stop', async () => {
  const { clock, stop, done } = insisting(() => Promise.reject(new RetryLater('it is away')))
  const failed = failureOf(done)
  await clock.pass(100)
  stop.abort(new RetryLater('stopping'))
  assert.is(String(await failed), 'RetryLater: stopping')
})

test.run()
