import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createDispatcher, type DispatchOptions } from '../../runtime/dispatcher.ts'
import { EpochOver } from '../../runtime/epoch.ts'
import {
  type CloudEvent,
  objectEvent,
  plainEvent,
  type ResourceVerb,
} from '../../runtime/events.ts'
import {
  absenceConfirmed,
  certRotated,
  clusterStarted,
  clusterStopping,
  defineFunction,
  type EventFunction,
  GiveUp,
  objectChanged,
  objectDeleted,
  oneOf,
  RetryLater,
  reconcileDue,
} from '../../runtime/function.ts'
import { createMetrics } from '../../runtime/metrics.ts'
import { ingressKind } from '../support/asked-alone.ts'
import { handClock, settled } from '../support/hand-clock.ts'
import { failureOf } from '../support/outcome.ts'
import { quietLog } from '../support/quiet-log.ts'

/** The one in which events are fresh, and the one in which others are asked about. */
const epoch = '7 here'
const epochAsked = '8 there'

/** What happened to an ingress, by default to shop/web. */
function change(verb: ResourceVerb, version: number, name = 'web', era = 0): CloudEvent<unknown> {
  const metadata = { namespace: 'shop', name, uid: 'u', resourceVersion: String(version) }
  return objectEvent(verb, ingressKind, { metadata }, { era, source: '/cluster' })
}

/** The functions at work on a world which is: ingresses with the version that took effect last. */
function startWorld(more: readonly EventFunction[] = []) {
  const clock = handClock()
  const log = quietLog()
  const metrics = createMetrics()
  const names = new Map<string, bigint>()
  const trace: string[] = []
  /** What the API server would say, by the name of the object; else it agrees with the event. */
  const cluster = new Map<string, CloudEvent<unknown>>()
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const troubles = new Map<string, Error>()
  let cancelled: unknown

  const on = { name: 'on-changed', on: objectChanged }
  const functions: readonly EventFunction[] = [
    defineFunction({
      ...on,
      async handle({ owner }, { signal }) {
        trace.push(`${owner.name} is ${owner.at.version}`)
        signal.addEventListener('abort', () => {
          cancelled = signal.reason
        })
        await gates.get(owner.name)?.promise
        const trouble = troubles.get(owner.name)
        if (trouble) throw trouble
        names.set(owner.name, owner.at.version)
        return { version: Number(owner.at.version) }
      },
    }),
    defineFunction({
      name: 'on-deleted',
      on: objectDeleted,
      async handle({ owner }) {
        names.delete(owner.name)
        return { gone: owner.name }
      },
    }),
    ...more,
  ]
  const dispatcher = createDispatcher({
    functions,
    context: {
      settings: { ttlSeconds: 30 },
      records: { inEpoch: (inside: string) => ({ inside }) },
    } as never, // all that these functions ask of it
    refresh: async (event) => ({
      event: cluster.get(String(event['name'])) ?? event,
      epoch: epochAsked,
    }),
    onEpochOver: (over) => trace.push(`${over} is over`),
    clock,
    log,
    metrics,
    drainMs: 1_000,
  })
  return {
    clock,
    log,
    metrics,
    names,
    trace,
    cluster,
    troubles,
    dispatcher,
    cancelled: () => cancelled,
    dispatch: (event: CloudEvent<unknown>, options: DispatchOptions = {}) =>
      dispatcher.dispatch(event, options),
    watched: (event: CloudEvent<unknown>) => dispatcher.dispatch(event, { fresh: epoch }),
    hold: (name: string) => void gates.set(name, Promise.withResolvers()),
    release(name: string) {
      gates.get(name)?.resolve()
      gates.delete(name)
    },
  }
}

const calling = suite('an event')

calling('takes effect before its promise is kept', async () => {
  const { watched, names, hold, release } = startWorld()
  hold('web')
  const handled = watched(change('add', 5))
  await settled()
  assert.is(names.size, 0)
  release('web')
  assert.equal(await handled, [{ function: 'on-changed', answer: { version: 5 } }])
  assert.equal([...names], [['web', 5n]])
})

const tells = (name: string) =>
  defineFunction({ name, on: clusterStarted, handle: async () => ({ told: name }) })

calling('is handled by each function that covers it', async () => {
  const { dispatch } = startWorld([tells('on-start'), tells('on-start-too')])
  assert.equal(await dispatch(plainEvent(clusterStarted, '/x')), [
    { function: 'on-start', answer: { told: 'on-start' } },
    { function: 'on-start-too', answer: { told: 'on-start-too' } },
  ])
})

calling('is handled by one function only where that is asked for', async () => {
  const { dispatch } = startWorld([tells('on-start'), tells('on-start-too')])
  const handled = dispatch(plainEvent(clusterStarted, '/x'), { functionName: 'on-start-too' })
  assert.equal(await handled, [{ function: 'on-start-too', answer: { told: 'on-start-too' } }])
})

calling('for all its functions is not swallowed by a later call for one of them', async () => {
  const { dispatch } = startWorld([tells('on-start'), tells('on-start-too')])
  const event = plainEvent(clusterStarted, '/x')
  const all = [dispatch(event), dispatch(event), dispatch(event, { functionName: 'on-start-too' })]
  const told = (await Promise.all(all)).map((handled) => handled.map((each) => each.function))
  const both = ['on-start', 'on-start-too']
  assert.equal(told, [both, both, ['on-start-too']])
})

calling('that nobody takes is given up, and told which are taken', async () => {
  const { dispatch, dispatcher } = startWorld()
  const failure = await failureOf(dispatch(plainEvent(certRotated, '/x')))
  assert.instance(failure, GiveUp)
  assert.match(String(failure), 'no function takes events of type io.k2s.cert.rotated')
  assert.match(String(failure), 'dev.knative.apiserver.resource.delete')
  assert.equal(await dispatcher.drain(), { left: 0 })
})

calling('that the named function does not take is given up', async () => {
  const { dispatch } = startWorld()
  for (const functionName of ['on-deleted', 'on-nothing']) {
    const failure = await failureOf(dispatch(change('add', 1), { functionName }))
    assert.instance(failure, GiveUp)
    assert.match(String(failure), `no ${functionName} takes`)
  }
})

calling('that fails for now is tried again, for good is given up', async () => {
  const { watched, names, clock, troubles, log } = startWorld()
  troubles.set('web', new RetryLater('etcd is away'))
  const handled = watched(change('add', 1))
  await clock.pass(3_000)
  assert.is(names.size, 0)
  troubles.delete('web')
  await clock.pass(1_000)
  assert.is((await handled).length, 1)
  troubles.set('blog', new GiveUp('never'))
  assert.is(await failureOf(watched(change('add', 2, 'blog'))), troubles.get('blog'))
  const said = log.lines.map(([line]) => line)
  assert.is(said[0], 'warn retried: etcd is away')
  assert.is(said.at(-1), 'error given up: never')
})

calling('that fails for long is told ever more seldom', async () => {
  const { watched, clock, troubles, log } = startWorld()
  troubles.set('web', new RetryLater('etcd is away'))
  const handled = watched(change('add', 1))
  await clock.pass(60_000)
  const attempts = log.lines.map(([, { attempt }]) => attempt)
  assert.equal(attempts.slice(0, 6), [1, 2, 4, 8, 16, 32])
  assert.ok(attempts.length < 9)
  troubles.delete('web')
  await clock.pass(1_000)
  await handled
})

calling('that meets a defect is told with where it is', async () => {
  const { watched, clock, troubles, log } = startWorld()
  troubles.set('web', new TypeError('x is undefined'))
  const handled = watched(change('add', 1))
  await settled()
  assert.is(log.lines[0]?.[0], 'error retried: x is undefined')
  assert.match(String(log.lines[0]?.[1]['stack']), 'dispatcher.test.ts')
  troubles.delete('web')
  await clock.pass(100)
  await handled
})

calling('is tried again at once when the world got better', async () => {
  const { watched, names, clock, troubles, dispatcher } = startWorld()
  troubles.set('web', new RetryLater('etcd is away'))
  const handled = watched(change('add', 1))
  await clock.pass(30_000)
  troubles.delete('web')
  dispatcher.wake()
  await handled
  assert.equal([...names], [['web', 1n]])
})

calling('counts by its outcome', async () => {
  const { watched, clock, troubles, metrics } = startWorld()
  troubles.set('web', new RetryLater('away'))
  const handled = watched(change('add', 1))
  await settled()
  troubles.delete('web')
  await clock.pass(25)
  await handled
  troubles.set('web', new GiveUp('never'))
  await failureOf(watched(change('add', 2)))
  const { values } = await metrics.events.get()
  const counts = values.map(({ labels, value }) => [labels['function'], labels['outcome'], value])
  assert.equal(counts, [
    ['on-changed', 'retried', 1],
    ['on-changed', 'done', 1],
    ['on-changed', 'given up', 1],
  ])
})

const freshness = suite('what an event says')

freshness('is believed if it comes from the API server', async () => {
  const { watched, names, cluster } = startWorld()
  cluster.set('web', change('delete', 9))
  await watched(change('add', 5))
  assert.equal([...names], [['web', 5n]])
})

freshness(
  'is asked about otherwise: the object decides, and which function is called',
  async () => {
    const { watched, dispatch, names, cluster } = startWorld()
    await watched(change('add', 5))
    cluster.set('web', change('delete', 9))
    const handled = await dispatch(change('update', 3))
    assert.equal(handled, [{ function: 'on-deleted', answer: { gone: 'web' } }])
    assert.is(names.size, 0)
  },
)

freshness('late of a deletion takes nothing away that is there', async () => {
  const { watched, dispatch, names, cluster } = startWorld()
  await watched(change('add', 5))
  cluster.set('web', change('update', 7))
  await dispatch(change('delete', 4))
  assert.equal([...names], [['web', 7n]])
})

freshness('counts in the epoch in which it was watched, or asked about', async () => {
  const seen: unknown[] = []
  const { watched, dispatch } = startWorld([
    defineFunction({
      name: 'on-changed-too',
      on: objectChanged,
      async handle(_, { records }) {
        seen.push(records)
        return {}
      },
    }),
  ])
  await watched(change('add', 1))
  await dispatch(change('update', 2))
  assert.equal(seen, [{ inside: epoch }, { inside: epochAsked }])
})

freshness('is asked about once its epoch is over, and that is told', async () => {
  const { watched, clock, troubles, cluster, names, trace } = startWorld()
  troubles.set('web', new EpochOver(epoch))
  const handled = watched(change('add', 5))
  await settled()
  cluster.set('web', change('delete', 9))
  await clock.pass(1_000)
  assert.equal(await handled, [{ function: 'on-deleted', answer: { gone: 'web' } }])
  assert.is(names.size, 0)
  assert.ok(trace.includes(`${epoch} is over`))
})

for (const [waitedMs, version] of [
  [59_999, 5n],
  [60_000, 7n],
] as const) {
  freshness(
    `and waited for ${waitedMs} ms is ${version === 5n ? 'still' : 'no longer'} fresh`,
    async () => {
      const { watched, names, cluster, clock, hold, release } = startWorld()
      hold('web')
      const first = watched(change('add', 4))
      await settled()
      const second = watched(change('update', 5))
      cluster.set('web', change('update', 7))
      await clock.pass(waitedMs)
      release('web')
      await Promise.all([first, second])
      assert.equal([...names], [['web', version]])
    },
  )
}

freshness(
  'is asked about when it was tried for a minute, so that nothing old is written',
  async () => {
    const { watched, names, cluster, clock, troubles } = startWorld()
    await watched(change('add', 3))
    troubles.set('web', new RetryLater('etcd is away'))
    const handled = watched(change('update', 5))
    await clock.pass(61_000)
    cluster.set('web', change('delete', 9))
    await clock.pass(1_000)
    assert.equal(await handled, [{ function: 'on-deleted', answer: { gone: 'web' } }])
    assert.is(names.size, 0)
  },
)

const order = suite('of two events of an object')

/** Both wait while the first one runs. @returns which versions took effect, in order */
async function waitingTogether(
  first: CloudEvent<unknown>,
  second: CloudEvent<unknown>,
  options: DispatchOptions = { fresh: epoch },
): Promise<string[]> {
  const { watched, dispatch, trace, hold, release } = startWorld()
  hold('web')
  const all = [watched(change('add', 1))]
  await settled()
  all.push(watched(first), dispatch(second, options))
  release('web')
  await Promise.all(all)
  return trace
}

const orders: readonly (readonly [
  what: string,
  first: CloudEvent<unknown>,
  second: CloudEvent<unknown>,
  effect: string,
])[] = [
  ['the newer wins', change('update', 2), change('update', 3), 'web is 3'],
  ['the older loses though it came later', change('update', 3), change('update', 2), 'web is 3'],
  ['versions are numbers', change('update', 10), change('update', 9), 'web is 10'],
  ['the later era wins', change('update', 9), change('update', 2, 'web', 1), 'web is 2'],
  ['the earlier era loses', change('update', 2, 'web', 1), change('update', 9), 'web is 2'],
  ['of the same version the last wins', change('add', 2), change('update', 2), 'web is 2'],
]
for (const [what, first, second, effect] of orders) {
  order(what, async () => {
    assert.equal(await waitingTogether(first, second), ['web is 1', effect])
  })
}

order('one from outside is a reason to look, whatever version it names', async () => {
  const trace = await waitingTogether(change('update', 9), change('update', 2), {})
  assert.equal(trace, ['web is 1', 'web is 2'])
})

order('none runs beside the other; those of another object do', async () => {
  const { watched, trace, hold, release } = startWorld()
  hold('web')
  const all = [watched(change('add', 1)), watched(change('update', 2))]
  await settled()
  await watched(change('add', 3, 'blog'))
  assert.equal(trace, ['web is 1', 'blog is 3'])
  release('web')
  await Promise.all(all)
  assert.equal(trace, ['web is 1', 'blog is 3', 'web is 2'])
})

const work = suite('a function')

work('can ask for another event and learns its answers', async () => {
  const { dispatch } = startWorld([
    defineFunction({
      name: 'on-start',
      on: clusterStarted,
      handle: async (_, context) => ({ handled: await context.work.request(reconcileDue) }),
    }),
    defineFunction({
      name: 'on-reconcile',
      on: oneOf(reconcileDue, absenceConfirmed),
      handle: async () => ({ mended: 3 }),
    }),
  ])
  const handled = await dispatch(plainEvent(clusterStarted, '/x'))
  assert.equal(handled, [
    {
      function: 'on-start',
      answer: { handled: [{ function: 'on-reconcile', answer: { mended: 3 } }] },
    },
  ])
})

work('can have owners ask again, as they are now, and does not wait for it', async () => {
  const { dispatch, cluster, trace } = startWorld([
    defineFunction({
      name: 'on-start',
      on: clusterStarted,
      async handle(_, context) {
        context.work.askAgain(['ingress/shop/web', 'hostsfile//static'])
        return { trace: [...trace] }
      },
    }),
  ])
  cluster.set('web', change('update', 7))
  const [{ answer } = { answer: {} }] = await dispatch(plainEvent(clusterStarted, '/x'))
  assert.equal(answer, { trace: [] })
  await settled()
  assert.equal(trace, ['web is 7'])
})

const stops = defineFunction({
  name: 'on-stop',
  on: clusterStopping,
  handle: async (_, context) => ({ ...(await context.work.drain()) }),
})

work('can wait for all other work', async () => {
  const { dispatch, watched, names, hold, release } = startWorld([stops])
  hold('web')
  const handled = watched(change('add', 1))
  const stopped = dispatch(plainEvent(clusterStopping, '/x'))
  await settled()
  release('web')
  assert.equal(await stopped, [{ function: 'on-stop', answer: { left: 0 } }])
  assert.equal([...names], [['web', 1n]])
  await handled
})

work('learns what was not done by the deadline', async () => {
  const { dispatch, watched, clock, hold, release } = startWorld([stops])
  hold('web')
  const handled = watched(change('add', 1))
  const stopped = dispatch(plainEvent(clusterStopping, '/x'))
  await clock.pass(1_000)
  assert.equal(await stopped, [{ function: 'on-stop', answer: { left: 1 } }])
  release('web')
  await handled
})

const closing = suite('closing')

closing('finishes what is there and takes nothing more', async () => {
  const { watched, names, dispatcher, hold, release } = startWorld()
  hold('web')
  const handled = watched(change('add', 1))
  const closed = dispatcher.close()
  const failure = await failureOf(watched(change('add', 2, 'blog')))
  assert.instance(failure, RetryLater)
  release('web')
  assert.equal(await closed, { left: 0 })
  await handled
  assert.equal([...names], [['web', 1n]])
})

closing('cancels at its deadline what runs, and says how much that is', async () => {
  const { watched, clock, dispatcher, cancelled, hold, release } = startWorld()
  hold('web')
  const handled = watched(change('add', 1))
  await settled()
  const closed = dispatcher.close()
  await clock.pass(999)
  assert.is(cancelled(), undefined)
  await clock.pass(1)
  assert.equal(await closed, { left: 1 })
  assert.instance(cancelled(), RetryLater)
  release('web')
  await handled
})

closing('twice ends twice', async () => {
  const { dispatcher } = startWorld()
  const both = await Promise.all([dispatcher.close(), dispatcher.close()])
  assert.equal(both, [{ left: 0 }, { left: 0 }])
})

for (const each of [calling, freshness, order, work, closing]) each.run()
