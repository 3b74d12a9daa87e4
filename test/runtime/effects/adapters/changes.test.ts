import { setImmediate } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changesOf, type Teller } from '../../../../runtime/effects/adapters/changes.ts'
import { failureOf } from '../../../support/outcome.ts'

const test = suite('changes')

/** Tells something at each call of `tell`, until the signal. */
function teller() {
  let told = Promise.withResolvers<void>()
  const state = { ended: false }
  const listen: Teller = async function* (signal) {
    signal.addEventListener('abort', () => told.resolve())
    try {
      while (!signal.aborted) {
        await told.promise
        told = Promise.withResolvers()
        if (!signal.aborted) yield
      }
    } finally {
      state.ended = true
    }
  }
  return { listen, tell: () => told.resolve(), fail: (e: Error) => told.reject(e), state }
}

test('each of them is heard, and what comes meanwhile counts once', async () => {
  const [a, b] = [teller(), teller()]
  const { signal } = new AbortController()
  const changes = changesOf([a.listen, b.listen], signal)
  a.tell()
  assert.is((await changes.next()).done, false)
  for (const { tell } of [a, b, a, b]) {
    tell()
    await setImmediate(undefined)
  }
  assert.is((await changes.next()).done, false)
  const quiet = changes.next()
  assert.is(await Promise.race([quiet, setImmediate('nothing more')]), 'nothing more')
  b.tell()
  await quiet
  await changes.return(undefined)
})

test('it ends with the signal, and so do they', async () => {
  const a = teller()
  const stopped = new AbortController()
  const changes = changesOf([a.listen], stopped.signal)
  const next = changes.next()
  stopped.abort()
  assert.is((await next).done, true)
  assert.ok(a.state.ended)
})

test('whoever stops listening ends them', async () => {
  const a = teller()
  const changes = changesOf([a.listen], new AbortController().signal)
  a.tell()
  await changes.next()
  await changes.return(undefined)
  assert.ok(a.state.ended)
})

test('what one of them throws is thrown, also if it came while nobody listened', async () => {
  const [a, b] = [teller(), teller()]
  const changes = changesOf([a.listen, b.listen], new AbortController().signal)
  a.tell()
  await changes.next()
  b.fail(new Error('the bus is gone'))
  await setImmediate(undefined)
  assert.match(String(await failureOf(changes.next())), /the bus is gone/)
  assert.ok(a.state.ended)
})

test.run()
