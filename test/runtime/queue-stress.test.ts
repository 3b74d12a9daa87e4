import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { GiveUp, RetryLater } from '../../runtime/errors.ts'
import { createQueue, type Lane } from '../../runtime/queue.ts'
import { full } from '../runner/full.ts'
import { handClock, settled } from '../support/hand-clock.ts'
import { randomOf } from '../support/random.ts'

const rounds = full ? 200 : 10
const test = suite('1,000 pushes over 20 keys with random failures')

/** Pushes, lets time pass and wakes as chance has it; runs take a while and fail in every way. */
async function stress(round: number) {
  const random = randomOf(round)
  const clock = handClock()
  const underWay = new Map<string, number>()
  const lastRun = new Map<string, number>()
  const pushed = new Map<string, number>()
  const wrong: string[] = []
  let mended = false
  let atOnce = 0

  const queue = createQueue<number, number>({
    clock,
    concurrency: 7,
    supersedes: (item, waiting) => item > waiting,
    async run(item, key) {
      const others = underWay.get(key) ?? 0
      if (others > 0) wrong.push(`${key} ran twice at once`)
      if (item < (lastRun.get(key) ?? 0)) wrong.push(`${key} ran ${item} after ${lastRun.get(key)}`)
      underWay.set(key, others + 1)
      atOnce = Math.max(
        atOnce,
        [...underWay.values()].reduce((sum, each) => sum + each),
      )
      lastRun.set(key, item)
      try {
        await clock.sleep(random.below(20))
        const fate = mended ? 9 : random.below(10)
        if (fate < 3) throw new RetryLater('away')
        if (fate === 3) throw new Error('defect')
        if (fate === 4) throw new GiveUp('never')
        return item
      } finally {
        underWay.set(key, (underWay.get(key) ?? 0) - 1)
      }
    },
  })

  const results: Promise<{ item: number; outcome: unknown }>[] = []
  for (let item = 1; item <= 1_000; item++) {
    const key = `k${random.below(20)}`
    pushed.set(key, item)
    const lane: Lane = random.oneOf(['live', 'resync'])
    const result = queue.push(key, item, lane)
    results.push(
      result.then(
        (outcome) => ({ item, outcome }),
        (outcome: unknown) => ({ item, outcome }),
      ),
    )
    if (random.below(4) === 0) await clock.pass(random.below(30))
    if (random.below(50) === 0) queue.wake()
  }
  mended = true
  await clock.pass(120_000)
  await settled()
  const outcomes = await Promise.all(results)
  return { wrong, outcomes, atOnce, lastRun, pushed, size: queue.size, timers: clock.waiting() }
}

for (let round = 1; round <= rounds; round++) {
  test(`round ${round}: one run a key at a time, the newest last, and everybody is told`, async () => {
    const { wrong, outcomes, atOnce, lastRun, pushed, size, timers } = await stress(round)
    assert.equal(wrong, [])
    assert.equal(lastRun, pushed, 'the last item of each key ran last')
    for (const { item, outcome } of outcomes) {
      const told = outcome instanceof GiveUp || (typeof outcome === 'number' && outcome >= item)
      assert.ok(told, `${item} was told ${String(outcome)}`)
    }
    assert.is(outcomes.length, 1_000)
    assert.equal([size, timers], [0, []])
    assert.is(atOnce, 7)
  })
}

test.run()
