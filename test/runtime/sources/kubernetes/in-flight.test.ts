import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createInFlight } from '../../../../runtime/sources/kubernetes/in-flight.ts'
import { settled } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'
import { randomOf } from '../../../support/random.ts'

const test = suite('in flight')
const { signal } = new AbortController()

/** Work that ends when told to. */
function works(count: number) {
  return Array.from({ length: count }, () => Promise.withResolvers<void>())
}

/** Whether a promise has ended by now. */
async function hasEnded(promise: Promise<unknown>): Promise<boolean> {
  let ended = false
  promise.then(
    () => {
      ended = true
    },
    () => {
      ended = true
    },
  )
  await settled()
  return ended
}

test('there is room until as many are under way, and again when one has ended', async () => {
  const inFlight = createInFlight(2)
  const [a, b] = works(2) as [PromiseWithResolvers<void>, PromiseWithResolvers<void>]
  await inFlight.add(a.promise, signal)
  const second = inFlight.add(b.promise, signal)
  assert.not(await hasEnded(second))
  a.resolve()
  await second
  b.resolve()
  await inFlight.settled()
})

test('one that fails makes room too, and is nobody’s unhandled rejection', async () => {
  const inFlight = createInFlight(1)
  const [a] = works(1) as [PromiseWithResolvers<void>]
  const added = inFlight.add(a.promise, signal)
  assert.not(await hasEnded(added))
  a.reject(new Error('no'))
  await added
  await inFlight.settled()
})

test('it is settled once none is under way, and at once where none ever was', async () => {
  const inFlight = createInFlight(10)
  await inFlight.settled()
  const all = works(3)
  for (const { promise } of all) await inFlight.add(promise, signal)
  const done = inFlight.settled()
  for (const each of all) {
    assert.not(await hasEnded(done))
    each.resolve()
  }
  await done
})

test('whoever waits for room goes with the signal’s reason, and the work goes on', async () => {
  const inFlight = createInFlight(1)
  const stop = new AbortController()
  const [a] = works(1) as [PromiseWithResolvers<void>]
  const waiting = failureOf(inFlight.add(a.promise, stop.signal))
  await settled()
  stop.abort('enough')
  assert.is(await waiting, 'enough')
  assert.not(await hasEnded(inFlight.settled()))
  a.resolve()
  await inFlight.settled()
})

test('nobody gets room after the signal', async () => {
  const inFlight = createInFlight(5)
  const added = inFlight.add(Promise.resolve(), AbortSignal.abort('over'))
  assert.is(await failureOf(added), 'over')
  await inFlight.settled()
})

test('never more than that many are under way, whatever the order they end in', async () => {
  for (let round = 0; round < 100; round++) {
    const random = randomOf(round)
    const inFlight = createInFlight(4)
    let open: PromiseWithResolvers<void>[] = []
    let most = 0
    const endOne = () => {
      const ending = random.oneOf(open)
      open = open.filter((each) => each !== ending)
      ending.resolve()
    }
    for (let i = 0; i < 40; i++) {
      const work = Promise.withResolvers<void>()
      open.push(work)
      most = Math.max(most, open.length)
      const added = inFlight.add(work.promise, signal)
      const room = await hasEnded(added)
      assert.is(room, open.length < 4, `round ${round}`)
      if (!room || random.below(3) === 0) endOne()
      await added
    }
    while (open.length > 0) endOne()
    await inFlight.settled()
    assert.is(most, 4, `round ${round}`)
  }
})

test.run()
