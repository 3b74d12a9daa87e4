import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { backoffMs } from '../../runtime/backoff.ts'

const retry = { firstMs: 25, maxMs: 1_000 }
const test = suite('a back-off')

const rows: readonly (readonly [attempt: number, leastMs: number, mostMs: number])[] = [
  [1, 12.5, 25],
  [2, 25, 50],
  [3, 50, 100],
  [6, 400, 800],
  [7, 500, 1_000],
  [8, 500, 1_000],
  [1_000_000, 500, 1_000],
]
for (const [attempt, leastMs, mostMs] of rows) {
  test(`after failure ${attempt} takes ${leastMs} to ${mostMs} ms`, () => {
    assert.is(backoffMs(attempt, retry, 0), leastMs)
    assert.is(backoffMs(attempt, retry, 0.5), (leastMs + mostMs) / 2)
    const almost = backoffMs(attempt, retry, 1 - Number.EPSILON)
    assert.ok(almost > mostMs * 0.999 && almost <= mostMs)
  })
}

test('never exceeds its maximum, also where the first is beyond it', () => {
  assert.is(backoffMs(1, { firstMs: 500, maxMs: 100 }, 1 - Number.EPSILON) <= 100, true)
})

test.run()
