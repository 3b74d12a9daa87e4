import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { DispatchOptions } from '../../runtime/dispatcher.ts'
import { createDuties } from '../../runtime/duties.ts'
import type { Watched } from '../../runtime/effects/records/watched.ts'
import { EpochOver } from '../../runtime/epoch.ts'
import { RetryLater } from '../../runtime/errors.ts'
import { clusterStarted, plainEvent } from '../../runtime/events.ts'
import type { KubernetesSource } from '../../runtime/sources/kubernetes/index.ts'
import type { Emit } from '../../runtime/sources/source.ts'
import { handClock, settled } from '../support/hand-clock.ts'
import { failureOf } from '../support/outcome.ts'

const anEvent = plainEvent(clusterStarted, '/test')
const nothing = { objects: 0, mended: 0, withheld: [] }

/** A replica called `me`. */
function world() {
  const clock = handClock()
  const trace: string[] = []
  const dispatched: DispatchOptions[] = []
  const store = { epoch: '', away: false, watched: {} as Watched, beginning: Promise.resolve() }
  const state: { unsynced: string[]; watched: Watched; watch?: Emit } = {
    unsynced: [],
    watched: {},
  }

  const answer = async <T>(value: () => T): Promise<T> => {
    if (store.away) throw new RetryLater('no answer from etcd')
    return value()
  }
  const source: Omit<KubernetesSource, 'ask'> = {
    name: 'kubernetes',
    async start(emit, signal) {
      trace.push('watches')
      state.watch = emit
      await clock.sleep(1e9, signal).catch(() => trace.push('watches no more'))
    },
    forget: ({ Ingress = 'nothing' }) => void trace.push(`goes on from ${Ingress}`),
    get watched() {
      return state.watched
    },
    unsynced: () => state.unsynced,
    async resync(confirmed, { emit }) {
      trace.push(`lists${confirmed ? ', confirmed' : ''}`)
      await emit(anEvent, { fresh: true, lane: 'resync' })
      return nothing
    },
  }
  const duties = createDuties({
    records: {
      lastEpoch: () =>
        answer(() => ({
          epoch: store.epoch,
          begin: async (identity) => {
            await store.beginning
            return answer(() => {
              store.epoch = `${(Number.parseInt(store.epoch, 10) || 0) + 1} ${identity}`
              return store.epoch
            })
          },
        })),
      epoch: () => answer(() => store.epoch),
      lastWatched: () => answer(() => store.watched),
      noteWatched: (epoch, watched) =>
        answer(() => {
          if (epoch !== store.epoch) throw new EpochOver(epoch)
          store.watched = { ...store.watched, ...watched }
        }),
    },
    world: source,
    onceSynced: [{ name: 'schedule', start: async () => void trace.push('keeps the schedule') }],
    dispatch: async (_, options) => {
      dispatched.push(options)
      return []
    },
    identity: 'me',
    clock,
  })
  return {
    clock,
    trace,
    dispatched,
    store,
    state,
    duties,
    lead() {
      const stop = new AbortController()
      const led = failureOf(duties.able().then(() => duties.lead(stop.signal)))
      return {
        async stop() {
          stop.abort(new RetryLater('stopping'))
          return led
        },
        led,
      }
    },
  }
}

const test = suite('the duties of a leader')

test('are done in an epoch of its own, and end with the signal', async () => {
  const { lead, trace, store, state, dispatched } = world()
  const { stop } = lead()
  await settled()
  assert.equal(trace, ['goes on from nothing', 'watches', 'keeps the schedule'])
  assert.is(store.epoch, '1 me')
  await state.watch?.(anEvent, { fresh: true })
  await state.watch?.(anEvent)
  assert.equal(dispatched, [
    { lane: undefined, fresh: '1 me' },
    { lane: undefined, fresh: undefined },
  ])
  assert.match(String(await stop()), 'stopping')
  assert.is(trace.at(-1), 'watches no more')
})

test('begin with the watch: what it sees waits for the epoch', async () => {
  const { lead, trace, store, state, dispatched } = world()
  const { promise, resolve } = Promise.withResolvers<void>()
  store.beginning = promise
  lead()
  await settled()
  assert.ok(trace.includes('watches'))
  const seen = state.watch?.(anEvent, { fresh: true })
  await settled()
  assert.equal(dispatched, [])
  resolve()
  await seen
  assert.equal(dispatched, [{ lane: undefined, fresh: '1 me' }])
})

test('end if the epoch can’t begin', async () => {
  const { lead, trace, store, state } = world()
  store.beginning = Promise.reject(new RetryLater('another was quicker'))
  const { led } = lead()
  await settled()
  assert.ok(state.watch)
  assert.instance(await failureOf(state.watch(anEvent, { fresh: true })), RetryLater)
  assert.match(String(await led), 'another was quicker')
  assert.is(trace.at(-1), 'watches no more')
})

test('go on where they ended if nobody else led meanwhile', async () => {
  const { lead, trace, store } = world()
  const { stop } = lead()
  await settled()
  await stop()
  lead()
  await settled()
  assert.is(store.epoch, '1 me')
  assert.is(trace.filter((each) => each.startsWith('goes on')).length, 1)
})

test('begin anew if somebody else led meanwhile', async () => {
  const { lead, trace, store } = world()
  const { stop } = lead()
  await settled()
  await stop()
  store.epoch = '2 other'
  lead()
  await settled()
  assert.is(store.epoch, '3 me')
  assert.is(trace.filter((each) => each.startsWith('goes on')).length, 2)
})

test('are noted with how far they were a second ago, for the next leader', async () => {
  const { lead, state, store, clock, trace } = world()
  store.watched = { Ingress: '3' }
  const { stop } = lead()
  await settled()
  assert.is(trace[0], 'goes on from 3')
  state.watched = { Ingress: '7' }
  await clock.pass(1_000)
  assert.equal(store.watched, { Ingress: '3' })
  state.watched = { Ingress: '9' }
  await clock.pass(1_000)
  assert.equal(store.watched, { Ingress: '7' })
  await stop()
})

test('the schedule waits for the first list', async () => {
  const { lead, trace, state, clock } = world()
  state.unsynced = ['ingresses: not listed yet']
  lead()
  await clock.pass(500)
  assert.equal(trace, ['goes on from nothing', 'watches'])
  state.unsynced = []
  await clock.pass(20)
  assert.is(trace.at(-1), 'keeps the schedule')
})

test('end when an event finds that the epoch is over', async () => {
  const { lead, duties } = world()
  const { led } = lead()
  await settled()
  duties.noteOver('1 another')
  duties.noteOver('1 me')
  const error = await led
  assert.instance(error, EpochOver)
  assert.is((error as EpochOver).epoch, '1 me')
})

test('end within a second of another epoch, without any event', async () => {
  const { lead, store, clock } = world()
  const { led } = lead()
  await settled()
  store.epoch = '2 other'
  await clock.pass(1_000)
  assert.instance(await led, EpochOver)
})

test('end when etcd was away for five seconds, not when it only stumbled', async () => {
  const { lead, store, clock, trace } = world()
  const { led } = lead()
  await settled()
  store.away = true
  await clock.pass(4_000)
  store.away = false
  await clock.pass(1_000)
  store.away = true
  await clock.pass(5_000)
  assert.is(trace.at(-1), 'keeps the schedule')
  await clock.pass(1_000)
  assert.match(String(await led), 'no answer from etcd')
})

test('a list that any replica makes counts in the epoch in which it began', async () => {
  const { duties, dispatched, store } = world()
  const { signal } = new AbortController()
  await duties.resync({ confirmed: false, signal })
  store.epoch = '4 other'
  await duties.resync({ confirmed: true, signal })
  assert.equal(
    dispatched.map(({ fresh }) => fresh),
    ['', '4 other'],
  )
})

test.run()
