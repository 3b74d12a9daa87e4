import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Owner, Refusal, RefusalReason } from '../../../functions/names/claim.ts'
import type { Host } from '../../../functions/names/host.ts'
import { createReport } from '../../../runtime/effects/report.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { handClock, settled } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const refusal = (host: string, reason: RefusalReason = 'taken'): Refusal => ({
  host,
  reason,
  message: `${host} is not yours`,
})

function reported({ maxOwners = 10_000, away = false } = {}) {
  const clock = handClock()
  const log = quietLog()
  const metrics = createMetrics()
  /** The Kubernetes Events there are: `name: hosts` */
  const events: string[] = []
  const apiServer = { away, slow: undefined as Promise<void> | undefined, atOnce: 0, mostAtOnce: 0 }
  const report = createReport({
    clock,
    log,
    metrics,
    maxOwners,
    async announce({ name }, refusals) {
      apiServer.mostAtOnce = Math.max(apiServer.mostAtOnce, ++apiServer.atOnce)
      await apiServer.slow
      apiServer.atOnce--
      if (apiServer.away) throw new Error('ECONNREFUSED')
      events.push(`${name}: ${refusals.map(({ host }) => host).join(' ')}`)
    },
  })
  const numbersOf = async (metric: 'refusals' | 'eventsDropped') => {
    const { values } = await metrics[metric].get()
    return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels)[0], value]))
  }
  return {
    clock,
    log,
    events,
    apiServer,
    numbersOf,
    refuse(name: string, ...refusals: Refusal[]) {
      const at = { era: 0, version: 1n }
      const owner: Owner = { kind: 'Ingress', namespace: 'shop', name, uid: 'u', at }
      report.refusals(owner, refusals)
    },
    /** What somebody else's change did to shop/web. */
    stand(host: string, changed: Refusal | undefined) {
      const owner = 'ingress/shop/web'
      report.standings([{ owner, uid: 'u', host: host as Host, refusal: changed }])
    },
  }
}

const test = suite('a refusal')

test('is in the log and the metric at once, and an Event after five seconds', async () => {
  const { refuse, clock, log, events, numbersOf } = reported()
  refuse('web', refusal('a.local'), refusal('b.local', 'wildcard'))
  assert.equal(log.lines, [
    ['warn name refused', { owner: 'ingress/shop/web', ...refusal('a.local') }],
    ['warn name refused', { owner: 'ingress/shop/web', ...refusal('b.local', 'wildcard') }],
  ])
  assert.equal(await numbersOf('refusals'), { taken: 1, wildcard: 1 })
  await clock.pass(4_999)
  assert.equal(events, [])
  await clock.pass(1)
  assert.equal(events, ['web: a.local b.local'])
})

test('that is stated again is shown once', async () => {
  const { refuse, clock, log, events, numbersOf } = reported()
  for (let i = 0; i < 40; i++) {
    refuse('web', refusal('a.local'))
    await clock.pass(1_000)
  }
  assert.equal([log.lines.length, events], [1, ['web: a.local']])
  assert.equal(await numbersOf('refusals'), { taken: 1 })
})

test('that ends within five seconds leaves no Event', async () => {
  const { refuse, clock, log, events, numbersOf } = reported()
  refuse('web', refusal('a.local'))
  await clock.pass(4_000)
  refuse('web')
  await clock.pass(60_000)
  assert.equal(events, [])
  assert.equal(log.lines.at(-1), [
    'info nothing is refused any more',
    { owner: 'ingress/shop/web' },
  ])
  assert.equal(await numbersOf('refusals'), { taken: 0 })
})

test('that changes within five seconds is an Event as it was last', async () => {
  const { refuse, clock, events, numbersOf } = reported()
  for (const host of ['a.local', 'b.local', 'c.local']) {
    refuse('web', refusal(host))
    await clock.pass(2_000)
  }
  await clock.pass(10_000)
  assert.equal(events, ['web: c.local'])
  assert.equal(await numbersOf('refusals'), { taken: 1 })
})

test('that ended and came back is an Event again, a minute after the last one', async () => {
  const { refuse, clock, events } = reported()
  for (const refusals of [[refusal('a.local')], [], [refusal('a.local')]]) {
    refuse('web', ...refusals)
    await clock.pass(6_000)
  }
  assert.equal(events, ['web: a.local'])
  await clock.pass(60_000)
  assert.equal(events, ['web: a.local', 'web: a.local'])
})

test('that never was is not said to have ended', () => {
  const { refuse, log } = reported()
  refuse('web')
  assert.equal(log.lines, [])
})

test('of a thousand objects goes to the API server one at a time', async () => {
  const { refuse, clock, events, apiServer } = reported()
  const slow = Promise.withResolvers<void>()
  apiServer.slow = slow.promise
  for (let i = 0; i < 1_000; i++) refuse(`web${i}`, refusal(`h${i}.local`))
  await clock.pass(5_000)
  assert.equal([events.length, apiServer.atOnce], [0, 1])
  apiServer.slow = undefined
  slow.resolve()
  await settled()
  await clock.pass(10_000)
  assert.ok(events.length < 200, `ten a second, not ${events.length}`)
  await clock.pass(100_000)
  assert.equal([events.length, apiServer.mostAtOnce], [1_000, 1])
})

test('that cannot be an Event is counted and told, and the next one is tried', async () => {
  const { refuse, clock, log, events, apiServer, numbersOf } = reported({ away: true })
  refuse('web', refusal('a.local'))
  await clock.pass(5_000)
  assert.equal(log.lines.at(-1), [
    'warn could not put an Event on the object',
    { owner: 'ingress/shop/web', error: 'Error: ECONNREFUSED' },
  ])
  assert.equal(await numbersOf('eventsDropped'), { failed: 1 })
  apiServer.away = false
  refuse('blog', refusal('b.local'))
  await clock.pass(5_000)
  assert.equal(events, ['blog: b.local'])
})

test('of more objects than are remembered is still in the log', async () => {
  const { refuse, clock, log, events, numbersOf } = reported({ maxOwners: 2 })
  for (const name of ['a', 'b', 'c']) refuse(name, refusal(`${name}.local`))
  assert.is(log.lines.length, 3)
  assert.equal(await numbersOf('refusals'), { taken: 2 })
  await clock.pass(6_000)
  assert.equal(events, ['a: a.local', 'b: b.local'])
  refuse('a')
  refuse('c', refusal('c.local'))
  await clock.pass(5_000)
  assert.equal(events.slice(2), ['c: c.local'], 'there is room for it now')
})

test('that changes all the time has one Event waiting, of how it is last', async () => {
  const { refuse, clock, events } = reported()
  for (let i = 0; i < 10; i++) refuse('web', refusal(`h${i}.local`))
  assert.is(clock.waiting().length, 1)
  await clock.pass(5_000)
  assert.equal(events, ['web: h9.local'])
})

const standing = suite('a standing')

standing('that changed by someone else’s doing joins what is refused already', async () => {
  const { refuse, stand, clock, events, numbersOf } = reported()
  refuse('web', refusal('a.local', 'wildcard'))
  stand('b.local', refusal('b.local'))
  assert.equal(await numbersOf('refusals'), { wildcard: 1, taken: 1 })
  await clock.pass(5_000)
  assert.equal(events, ['web: a.local b.local'])
  stand('b.local', undefined)
  assert.equal(await numbersOf('refusals'), { wildcard: 1, taken: 0 })
})

standing('at a host leaves what policy refuses there', async () => {
  const { refuse, stand, numbersOf } = reported()
  refuse('web', refusal('a.local', 'outside-zones'))
  stand('a.local', undefined)
  assert.equal(await numbersOf('refusals'), { 'outside-zones': 1 })
})

test.run()
standing.run()
