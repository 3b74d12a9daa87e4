import { on } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostSource } from '../../../runtime/sources/host.ts'
import { handClock } from '../../support/hand-clock.ts'

const test = suite('the source of what changes on a host')

/** The source at work on a host whose changes are made by hand. */
function startSource(changes?: (signal: AbortSignal) => AsyncIterable<void>) {
  const clock = handClock()
  const host = new EventTarget()
  const stop = new AbortController()
  const failed: unknown[] = []
  const types: string[] = []
  let outcome: () => Promise<never[]> = async () => []
  async function* heard(signal: AbortSignal) {
    for await (const _ of on(host, 'change', { signal })) yield
  }
  const ended = hostSource({
    changes: changes ?? heard,
    pollMs: 10_000,
    onFailure: (error) => failed.push(error),
    clock,
  }).start((event) => {
    types.push(event.type)
    return outcome()
  }, stop.signal)
  return {
    clock,
    types,
    failed,
    change: () => host.dispatchEvent(new Event('change')),
    answerBy: (answer: typeof outcome) => {
      outcome = answer
    },
    async stop() {
      stop.abort()
      await ended
    },
  }
}

test('it says so at the start, and from time to time', async () => {
  const { clock, types, stop } = startSource()
  await clock.pass(0)
  assert.equal(types, ['io.k2s.host.changed'])
  await clock.pass(9_999)
  assert.is(types.length, 1)
  await clock.pass(1)
  assert.is(types.length, 2)
  await stop()
})

test('a change is told soon, and many at once as one', async () => {
  const { clock, types, change, stop } = startSource()
  await clock.pass(1)
  for (let times = 0; times < 20; times++) change()
  await clock.pass(200)
  assert.is(types.length, 2)
  await stop()
})

test('what changes while the last one is handled is told afterwards', async () => {
  const { clock, types, change, answerBy, stop } = startSource()
  await clock.pass(1)
  const done = Promise.withResolvers<never[]>()
  answerBy(() => done.promise)
  change()
  await clock.pass(200)
  change()
  await clock.pass(60_000)
  assert.is(types.length, 2)
  answerBy(async () => [])
  done.resolve([])
  await clock.pass(200)
  assert.is(types.length, 3)
  await stop()
})

test('what could not be handled is told, and the next comes all the same', async () => {
  const { clock, types, failed, answerBy, stop } = startSource()
  answerBy(() => Promise.reject(new Error('no rights')))
  await clock.pass(20_000)
  assert.is(types.length, 3)
  assert.is(failed.length, 2, 'the first was answered before')
  await stop()
})

test('where no change can be heard it is polled; where hearing fails it is tried again', async () => {
  async function* deaf() {}
  const quiet = startSource(deaf)
  await quiet.clock.pass(20_000)
  assert.is(quiet.types.length, 3)
  assert.equal(quiet.failed, [])
  await quiet.stop()

  let times = 0
  // biome-ignore lint/correctness/useYield: it fails before
  const failing = startSource(async function* () {
    times++
    throw new Error('the bus is gone')
  })
  await failing.clock.pass(20_000)
  assert.is(times, 3)
  assert.is(failing.failed.length, 3)
  await failing.stop()
})

test.run()
