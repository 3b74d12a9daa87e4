import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPatience } from '../../../../runtime/effects/adapters/patience.ts'
import { handClock } from '../../../support/hand-clock.ts'

const test = suite('patience with a place that somebody else sets')

test('more than ten times in a minute is a war, and it is told once', async () => {
  const clock = handClock()
  const wars: string[] = []
  const patience = createPatience(clock, (id) => wars.push(id))
  const spent = (times: number, id = 'wifi') =>
    Array.from({ length: times }, () => patience.spend(id)).filter(Boolean).length
  assert.is(spent(15), 10)
  assert.is(spent(2, 'ethernet'), 2, 'each place for itself')
  assert.equal(wars, ['wifi'])
  await clock.pass(599_000)
  assert.is(spent(1), 0)
  await clock.pass(2_000)
  assert.is(spent(15), 10, 'after ten minutes it is tried again')
  assert.equal(wars, ['wifi', 'wifi'])
})

test('ten times in more than a minute are none', async () => {
  const clock = handClock()
  const patience = createPatience(clock, () => assert.unreachable())
  for (let times = 0; times < 50; times++) {
    assert.ok(patience.spend('wifi'))
    await clock.pass(6_500)
  }
})

test.run()
