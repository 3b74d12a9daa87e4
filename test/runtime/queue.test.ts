import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryLater } from '../../runtime/errors.ts'
import { type HandClock, settled } from '../support/hand-clock.ts'
import { failureOf } from '../support/outcome.ts'
import { defect, later, never, queueWorld } from './queue-world.ts'

const keys = suite('keys')

keys('run one item at a time each, and all keys at once', async () => {
  const { queue, runs, hold, release } = queueWorld()
  hold('a')
  hold('b')
  const all = [queue.push('a', 1), queue.push('b', 1), queue.push('a', 2)]
  await settled()
  assert.equal(runs, ['a 1', 'b 1'])
  release('a')
  assert.equal(await Promise.all([all[0], all[2]]), ['a 1', 'a 2'])
  assert.equal(runs, ['a 1', 'b 1', 'a 2'])
  release('b')
  assert.is(await all[1], 'b 1')
  assert.is(queue.size, 0)
})

keys('run at most as many as there is concurrency for', async () => {
  const { queue, runs, hold, release } = queueWorld({ concurrency: 2 })
  for (const key of ['a', 'b', 'c']) hold(key)
  const all = ['a', 'b', 'c'].map((key) => queue.push(key, 1))
  await settled()
  assert.equal(runs, ['a 1', 'b 1'])
  release('b')
  await settled()
  assert.equal(runs, ['a 1', 'b 1', 'c 1'])
  release('a')
  release('c')
  await Promise.all(all)
})

keys('run the newest of what waits, and whoever waited learns its result', async () => {
  const { queue, runs, hold, release } = queueWorld()
  hold('a')
  const first = queue.push('a', 1)
  await settled()
  const waiting = [2, 4, 3].map((item) => queue.push('a', item))
  release('a')
  assert.is(await first, 'a 1', 'a run that has begun answers those who asked for it')
  assert.equal(await Promise.all(waiting), ['a 4', 'a 4', 'a 4'])
  assert.equal(runs, ['a 1', 'a 4'])
})

keys('whose run throws at once instead of later fail like any other', async () => {
  const { queue } = queueWorld({
    run: () => {
      throw never
    },
  })
  assert.is(await failureOf(queue.push('a', 1)), never)
  assert.is(queue.size, 0)
})

keys('that are done are forgotten', async () => {
  const { queue, fail } = queueWorld()
  fail('b', never)
  await Promise.allSettled(['a', 'b'].map((key) => queue.push(key, 1)))
  await settled()
  assert.is(queue.size, 0)
})

const failures = suite('failures')

/** Lets time pass until the queue's next timer is due. @returns how long that took */
async function nextTry(clock: HandClock): Promise<number> {
  const [ms = Number.NaN] = clock.waiting()
  await clock.pass(ms)
  return ms
}

failures('of the world are tried again until they end, and nobody is told before', async () => {
  const { queue, clock, effects, fail, mend } = queueWorld()
  fail('a', later)
  const pushed = queue.push('a', 1)
  await clock.pass(5_000)
  assert.is(queue.size, 1)
  mend('a')
  await clock.pass(1_000)
  assert.is(await pushed, 'a 1')
  assert.is(effects.get('a'), 1)
})

failures('back off for 25 ms at first and a second at last, however many there were', async () => {
  const { queue, clock, fail, mend } = queueWorld()
  fail('a', later)
  const pushed = queue.push('a', 1)
  await settled()
  const first = await nextTry(clock)
  assert.ok(first > 0 && first <= 25, `${first} ms`)
  for (let attempt = 2; attempt < 40; attempt++) await nextTry(clock)
  for (let attempt = 40; attempt < 60; attempt++) {
    const ms = await nextTry(clock)
    assert.ok(ms >= 500 && ms <= 1_000, `${ms} ms`)
  }
  mend('a')
  await clock.pass(1_000)
  await pushed
})

failures('begin with short back-offs again after a success', async () => {
  const { queue, clock, fail, mend } = queueWorld()
  fail('a', later)
  const first = queue.push('a', 1)
  await clock.pass(10_000)
  mend('a')
  await clock.pass(1_000)
  await first
  fail('a', later)
  const second = queue.push('a', 2)
  await settled()
  assert.ok((clock.waiting()[0] ?? 1_000) <= 25)
  mend('a')
  await clock.pass(25)
  await second
})

failures(
  'begin with short back-offs again also where a newer item waited for the success',
  async () => {
    const { queue, clock, hold, release, fail, mend } = queueWorld()
    fail('a', later)
    const pushed = [queue.push('a', 1)]
    await clock.pass(10_000)
    mend('a')
    hold('a')
    await clock.pass(1_000)
    pushed.push(queue.push('a', 2))
    release('a')
    await pushed[0]
    fail('a', later)
    await settled()
    pushed.push(queue.push('a', 3))
    await settled()
    const [ms = 0] = clock.waiting()
    mend('a')
    await clock.pass(1_000)
    await Promise.all(pushed)
    assert.ok(ms <= 25, `${ms} ms`)
  },
)

failures('that nobody foresaw back off longer, to a minute at last', async () => {
  const { queue, clock, fail, mend } = queueWorld()
  fail('a', defect)
  const pushed = queue.push('a', 1)
  await settled()
  const first = await nextTry(clock)
  assert.ok(first >= 50 && first <= 100, `${first} ms`)
  for (let attempt = 2; attempt < 20; attempt++) await nextTry(clock)
  const [last = 0] = clock.waiting()
  assert.ok(last >= 30_000 && last <= 60_000, `${last} ms`)
  mend('a')
  await clock.pass(60_000)
  assert.is(await pushed, 'a 1')
})

failures('of one key delay no other, not even where they are many', async () => {
  const { queue, clock, effects, fail } = queueWorld({ concurrency: 4 })
  const failing = Array.from({ length: 50 }, (_, i) => `bad${i}`)
  for (const key of failing) {
    fail(key, later)
    failureOf(queue.push(key, 1)).catch(() => undefined)
  }
  await clock.pass(2_000)
  const good = Array.from({ length: 50 }, (_, i) => queue.push(`good${i}`, 1))
  await settled() // no time passes
  assert.is((await Promise.all(good)).length, 50)
  assert.equal([effects.size, queue.size], [50, 50])
})

failures('for good are told at once to all who waited, and the key is free again', async () => {
  const { queue, clock, effects, fail, mend } = queueWorld()
  fail('a', never)
  assert.is(await failureOf(queue.push('a', 1)), never)
  mend('a')
  assert.is(await queue.push('a', 2), 'a 2')
  assert.equal([effects.get('a'), clock.waiting().length], [2, 0])
})

failures('for good of one item are not those of the next', async () => {
  const gate = Promise.withResolvers<void>()
  const { queue } = queueWorld({
    async run(item) {
      await gate.promise
      if (item === 1) throw never
      return `done ${item}`
    },
  })
  const first = failureOf(queue.push('a', 1))
  await settled()
  const second = queue.push('a', 2)
  gate.resolve()
  assert.equal([await first, await second], [never, 'done 2'])
})

failures('are told with how often it was tried and when it is tried again', async () => {
  const told: unknown[] = []
  const { queue, clock, fail } = queueWorld({
    onFailure: ({ key, error, attempt, retryInMs }) => {
      told.push([key, error, attempt, retryInMs === undefined ? 'never' : 'again'])
    },
  })
  fail('a', later)
  const pushed = failureOf(queue.push('a', 1))
  await settled()
  fail('a', never)
  await clock.pass(25)
  assert.is(await pushed, never)
  assert.equal(told, [
    ['a', later, 1, 'again'],
    ['a', never, 2, 'never'],
  ])
})

const meanwhile = suite('a push while its key')

meanwhile('backs off waits with it, and the newer item is what is tried', async () => {
  const { queue, clock, runs, effects, fail, mend } = queueWorld()
  fail('a', later)
  const first = queue.push('a', 1)
  await settled()
  const second = queue.push('a', 2)
  await settled()
  assert.equal(runs, ['a 1'], 'a push does not end the back-off')
  mend('a')
  await clock.pass(25)
  assert.equal(await Promise.all([first, second]), ['a 2', 'a 2'])
  assert.equal([runs, effects.get('a')], [['a 1', 'a 2'], 2])
})

meanwhile('backs off with a newer item does not bring an older one back', async () => {
  const { queue, clock, effects, fail, mend } = queueWorld()
  fail('a', later)
  const pushed = [queue.push('a', 5)]
  await settled()
  pushed.push(queue.push('a', 3))
  mend('a')
  await clock.pass(25)
  assert.equal(await Promise.all(pushed), ['a 5', 'a 5'])
  assert.is(effects.get('a'), 5)
})

meanwhile('runs and then fails is tried together with what failed', async () => {
  const { queue, clock, runs, hold, release, fail, mend } = queueWorld()
  hold('a')
  fail('a', later)
  const first = queue.push('a', 1)
  await settled()
  const second = queue.push('a', 2)
  release('a')
  await settled()
  assert.equal(runs, ['a 1'], 'the key backs off, whatever came meanwhile')
  mend('a')
  await clock.pass(25)
  assert.equal(await Promise.all([first, second]), ['a 2', 'a 2'])
})

meanwhile('is ready keeps its place in the line', async () => {
  const { queue, runs, hold, release } = queueWorld({ concurrency: 1 })
  hold('busy')
  const all = [queue.push('busy', 1), queue.push('hot', 1), queue.push('b', 1), queue.push('c', 1)]
  for (let item = 2; item <= 40; item++) all.push(queue.push('hot', item))
  release('busy')
  await Promise.all(all)
  assert.equal(runs, ['busy 1', 'hot 40', 'b 1', 'c 1'])
})

const lanes = suite('lanes')

lanes('a change of now goes before all that is repeated', async () => {
  const { queue, runs, hold, release } = queueWorld({ concurrency: 1 })
  hold('busy')
  const all = [queue.push('busy', 1)]
  for (const key of ['r1', 'r2', 'r3']) all.push(queue.push(key, 1, 'resync'))
  all.push(queue.push('l1', 1), queue.push('l2', 1, 'live'))
  release('busy')
  await Promise.all(all)
  assert.equal(runs, ['busy 1', 'l1 1', 'l2 1', 'r1 1', 'r2 1', 'r3 1'])
})

lanes('a key that waits among the repeated moves up with a change of now', async () => {
  const { queue, runs, hold, release } = queueWorld({ concurrency: 1 })
  hold('busy')
  const all = [queue.push('busy', 1), queue.push('a', 1, 'resync'), queue.push('b', 1, 'resync')]
  all.push(queue.push('b', 2, 'live'))
  all.push(queue.push('b', 3, 'resync')) // and does not move down again
  release('busy')
  await Promise.all(all)
  assert.equal(runs, ['busy 1', 'b 3', 'a 1'])
})

lanes('a change of now that failed is still one', async () => {
  const { queue, clock, runs, hold, release, fail, mend } = queueWorld({ concurrency: 1 })
  fail('a', later)
  const all = [queue.push('a', 1, 'live')]
  await settled()
  mend('a')
  hold('busy')
  all.push(queue.push('busy', 1), queue.push('b', 1, 'resync'))
  await clock.pass(25)
  release('busy')
  await Promise.all(all)
  assert.equal(runs, ['a 1', 'busy 1', 'a 1', 'b 1'])
})

const waking = suite('waking')

waking('tries at once all that backs off', async () => {
  const { queue, clock, fail, mend } = queueWorld()
  const names = ['a', 'b', 'c']
  for (const key of names) fail(key, key === 'b' ? defect : later)
  const all = names.map((key) => queue.push(key, 1))
  await clock.pass(20_000)
  for (const key of names) mend(key)
  queue.wake()
  assert.equal(await Promise.all(all), ['a 1', 'b 1', 'c 1'])
  assert.equal(clock.waiting(), [], 'no timer is left that would run them again')
})

waking('runs no key a second time that runs already', async () => {
  const { queue, runs, hold, release } = queueWorld()
  hold('a')
  const pushed = queue.push('a', 1)
  await settled()
  queue.wake()
  await settled()
  release('a')
  await pushed
  assert.equal(runs, ['a 1'])
})

const bounds = suite('a full queue')

bounds('refuses further keys for now, and takes more of those it has', async () => {
  const { queue, hold, release } = queueWorld({ maxKeys: 2 })
  for (const key of ['a', 'b']) hold(key)
  const all = [queue.push('a', 1), queue.push('b', 1), queue.push('a', 2)]
  const failure = await failureOf(queue.push('c', 1))
  assert.instance(failure, RetryLater)
  assert.is(String(failure), 'RetryLater: 2 keys wait already')
  assert.is(queue.size, 2)
  for (const key of ['a', 'b']) release(key)
  await Promise.all(all)
  await settled()
  assert.is(await queue.push('c', 1), 'c 1')
})

const draining = suite('draining')

draining('ends once all is done, and is no close', async () => {
  const { queue, clock, hold, release } = queueWorld()
  hold('a')
  const pushed = queue.push('a', 1)
  const drained = queue.drain(1_000)
  release('a')
  assert.is(await drained, 0)
  assert.is(await pushed, 'a 1')
  assert.equal(clock.waiting(), [])
  assert.is(await queue.push('a', 2), 'a 2')
})

draining('of nothing ends at once', async () => {
  const { queue } = queueWorld()
  assert.is(await queue.drain(1_000), 0)
})

draining('tells at its deadline how many keys are not done', async () => {
  const { queue, clock, hold, release } = queueWorld()
  for (const key of ['a', 'b', 'c']) hold(key)
  const all = ['a', 'b', 'c'].map((key) => queue.push(key, 1))
  const drained = queue.drain(1_000)
  release('c')
  await clock.pass(1_000)
  assert.is(await drained, 2)
  for (const key of ['a', 'b']) release(key)
  await Promise.all(all)
})

draining('does not wait for the key that asks for it', async () => {
  const { queue, clock, hold, release } = queueWorld()
  hold('a')
  const pushed = queue.push('a', 1)
  assert.is(await queue.drain(1_000, 'a'), 0)
  hold('b')
  const other = queue.push('b', 1)
  const drained = queue.drain(1_000, 'a')
  await clock.pass(1_000)
  assert.is(await drained, 1)
  for (const key of ['a', 'b']) release(key)
  await Promise.all([pushed, other])
})

const closing = suite('closing')

closing('does what is there, and takes nothing more', async () => {
  const { queue, effects, hold, release } = queueWorld({ concurrency: 1 })
  hold('a')
  const all = [queue.push('a', 1), queue.push('b', 1), queue.push('a', 2)]
  const closed = queue.close(1_000)
  assert.instance(await failureOf(queue.push('c', 1)), RetryLater)
  release('a')
  assert.equal(await Promise.all(all), ['a 1', 'b 1', 'a 2'])
  assert.is(await closed, 0)
  assert.equal(
    [...effects],
    [
      ['a', 2],
      ['b', 1],
    ],
  )
})

closing('tries at once what backs off, and tells whoever waits how it went', async () => {
  const { queue, clock, fail, mend } = queueWorld()
  for (const key of ['a', 'b']) fail(key, later)
  const [a, b] = [queue.push('a', 1), failureOf(queue.push('b', 1))]
  await clock.pass(5_000)
  mend('a')
  assert.is(await queue.close(1_000), 0)
  assert.equal([await a, await b], ['a 1', later])
  assert.equal(clock.waiting(), [])
})

closing('tells those who waited too long that another will have to do it', async () => {
  const { queue, clock, runs, hold, release } = queueWorld({ concurrency: 1 })
  hold('a')
  const first = queue.push('a', 1)
  const unbegun = failureOf(queue.push('b', 1))
  const closed = queue.close(1_000)
  await clock.pass(1_000)
  assert.is(await closed, 2)
  assert.instance(await unbegun, RetryLater)
  release('a')
  assert.is(await first, 'a 1', 'what ran is told how it went')
  await settled()
  assert.equal(runs, ['a 1'], 'what was said not to be done is not done')
})

closing('twice ends twice', async () => {
  const { queue, clock, hold, release } = queueWorld()
  hold('a')
  const pushed = queue.push('a', 1)
  const both = Promise.all([queue.close(1_000), queue.close(500)])
  await clock.pass(1_000)
  assert.equal(await both, [1, 1])
  release('a')
  await pushed
  await settled()
  assert.is(await queue.close(1_000), 0)
})

for (const each of [keys, failures, meanwhile, lanes, waking, bounds, draining, closing]) each.run()
