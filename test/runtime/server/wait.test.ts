import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryLater } from '../../../runtime/errors.ts'
import { waitFor } from '../../../runtime/server/wait.ts'

const never = () => new Promise<never>(() => {})
const failureOf = (waiting: Promise<unknown>) => waiting.catch((error: unknown) => error)

const test = suite('waiting')

test('work that is done in time is left in peace', async () => {
  const stop = new AbortController()
  const work = async (signal: AbortSignal) => signal
  const signal = await waitFor(work, { withinMs: 20, what: 'it', until: [stop.signal] })
  stop.abort()
  await delay(40)
  assert.not(signal.aborted)
})

test('work that takes longer is told, and not waited for', async () => {
  let told = false
  const work = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      told = true
    })
    return never()
  }
  const failure = await failureOf(
    waitFor(work, { withinMs: 20, what: 'it is not done', until: [] }),
  )
  assert.instance(failure, RetryLater)
  assert.is(String(failure), 'RetryLater: it is not done after 20 ms: ask again')
  assert.ok(told)
})

test('the waiting ends with the reason of whoever ends it', async () => {
  const stop = new AbortController()
  const waiting = failureOf(waitFor(never, { withinMs: 5_000, what: 'it', until: [stop.signal] }))
  stop.abort('because')
  assert.is(await waiting, 'because')
})

test('nothing is begun that nobody will wait for', async () => {
  let begun = false
  const work = async () => {
    begun = true
  }
  const until = [AbortSignal.abort('over')]
  assert.is(await failureOf(waitFor(work, { withinMs: 20, what: 'it', until })), 'over')
  assert.not(begun)
})

test.run()
