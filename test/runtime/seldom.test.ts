import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seldom } from '../../runtime/seldom.ts'
import { handClock } from '../support/hand-clock.ts'
import { failureOf } from '../support/outcome.ts'

const test = suite('what is asked seldom')

test('is asked anew once the time is over, and told to all who ask meanwhile', async () => {
  const clock = handClock()
  let asked = 0
  const ask = seldom(async () => ++asked, { everyMs: 1_000, clock })
  assert.equal(await Promise.all([ask(), ask()]), [1, 1])
  await clock.pass(999)
  assert.is(await ask(), 1)
  await clock.pass(1)
  assert.is(await ask(), 2)
})

test('is told as a failure for no longer than an answer', async () => {
  const clock = handClock()
  let works = false
  const ask = seldom(async () => assert.ok(works, 'away'), { everyMs: 1_000, clock })
  assert.match(String(await failureOf(ask())), 'away')
  works = true
  assert.match(String(await failureOf(ask())), 'away')
  await clock.pass(1_000)
  await ask()
})

test.run()
