import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createDamping } from '../../../runtime/sources/damping.ts'
import { handClock } from '../../support/hand-clock.ts'

function damped() {
  const clock = handClock()
  let contested = 0
  const damping = createDamping({
    clock,
    onContested: (names) => {
      contested = names
    },
  })
  const times = (count: number, name = 'a.local') =>
    Array.from({ length: count }, () => damping.note(name))
  return { clock, times, contested: () => contested }
}

const test = suite('a name that is disturbed')

test('up to five times is put right at once', () => {
  const { times, contested } = damped()
  assert.equal(
    times(5).map(({ waitMs }) => waitMs),
    [0, 0, 0, 0, 0],
  )
  assert.is(contested(), 0)
})

test('more often waits twice as long each time, a minute at most, and is told once', () => {
  const { times, contested } = damped()
  times(5)
  const more = times(12)
  assert.equal(
    more.slice(0, 4).map(({ waitMs }) => waitMs),
    [500, 1_000, 2_000, 4_000],
  )
  assert.is(more.at(-1)?.waitMs, 60_000)
  assert.equal(
    more.map(({ becameContested }) => becameContested),
    [true, ...Array(11).fill(false)],
  )
  assert.is(contested(), 1)
})

test('is no longer contested once it was left alone', async () => {
  const { times, contested, clock } = damped()
  times(6)
  await clock.pass(31_000)
  assert.is(times(1)[0]?.waitMs, 0)
  assert.is(contested(), 0)
})

test('is waited for as long as whoever mends it needs', async () => {
  const clock = handClock()
  const usual = { firstMs: 60_000, maxMs: 200_000, calmMs: 3_600_000 }
  const damping = createDamping({ clock, onContested: () => undefined, ...usual })
  const waits: number[] = []
  for (let times = 0; times < 8; times++) {
    waits.push(damping.note('coredns').waitMs)
    await clock.pass(60_000) // a platform that puts its own back each minute
  }
  assert.equal(waits, [0, 0, 0, 0, 0, 60_000, 120_000, 200_000])
})

test('holds up no other name', () => {
  const { times } = damped()
  times(20)
  assert.is(times(1, 'b.local')[0]?.waitMs, 0)
})

test.run()
