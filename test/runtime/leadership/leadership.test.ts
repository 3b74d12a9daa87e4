import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { GiveUp, RetryLater } from '../../../runtime/errors.ts'
import { createLeadership } from '../../../runtime/leadership/leadership.ts'
import { alone, type Duty, type RoleOptions } from '../../../runtime/leadership/role.ts'
import { createMetrics } from '../../../runtime/metrics.ts'
import { type HandClock, handClock, settled } from '../../support/hand-clock.ts'
import { failureOf } from '../../support/outcome.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type LeaseModel, leaseModel, never, type Trouble } from './lease-model.ts'

interface World {
  readonly clock: HandClock
  readonly model: LeaseModel
  /** `10 a leads`, `20 a ends`: when whose duty began and ended. */
  readonly history: string[]
}

const world = (): World => ({ clock: handClock(), model: leaseModel(), history: [] })

/** A replica at work; `trouble` is that of its way to the Lease. */
function replica({ clock, model, history }: World, identity: string, trouble: Trouble = {}) {
  const metrics = createMetrics()
  const log = quietLog()
  const options: RoleOptions = { clock, log, metrics }
  const lease = model.connect(trouble)
  const leadership = createLeadership({ ...options, lease, identity })
  const stop = new AbortController()
  const failing: { able?: Error; lead?: Error; endMs?: number } = {}
  const duty: Duty = {
    async able() {
      if (failing.able) throw failing.able
    },
    async lead(signal) {
      if (failing.lead) throw failing.lead
      history.push(`${clock.now()} ${identity} leads`)
      await clock.sleep(1e9, signal).catch(() => undefined)
      if (failing.endMs) await clock.sleep(failing.endMs)
      history.push(`${clock.now()} ${identity} ends`)
      throw signal.reason
    },
  }
  const ran = leadership.run(duty, stop.signal)
  const outcome = failureOf(ran)
  return {
    leadership,
    trouble,
    failing,
    outcome,
    log,
    isLeader: async () => (await metrics.leader.get()).values[0]?.value === 1,
    async stop() {
      stop.abort(new RetryLater('stopping'))
      await ran
      await leadership.release()
    },
  }
}

const test = suite('leadership')

test('the first leads, the others stand by', async () => {
  const here = world()
  const a = replica(here, 'a')
  await settled()
  const b = replica(here, 'b')
  await here.clock.pass(10_000)
  assert.equal(here.history, ['0 a leads'])
  assert.equal([a.leadership.role, b.leadership.role], ['leader', 'standby'])
  assert.equal([await a.isLeader(), await b.isLeader()], [true, false])
  assert.equal([a.leadership.trouble(), b.leadership.trouble()], [undefined, undefined])
})

test('of many that begin at once one leads', async () => {
  const here = world()
  for (const identity of ['a', 'b', 'c', 'd', 'e']) replica(here, identity)
  await here.clock.pass(10_000)
  assert.equal(here.history, ['0 a leads'])
})

test('when the leader is away its time ends before another one begins', async () => {
  const here = world()
  const a = replica(here, 'a')
  await settled()
  replica(here, 'b')
  await here.clock.pass(5_000)
  a.trouble.before = never
  await here.clock.pass(10_000)
  assert.equal(here.history, ['0 a leads', '6650 a ends', '7000 b leads'])
  assert.is(a.leadership.role, 'standby')
  assert.match(a.leadership.trouble() ?? '', 'the API server')
})

test('of one that stops the next takes over at once', async () => {
  const here = world()
  const a = replica(here, 'a')
  await settled()
  replica(here, 'b')
  await here.clock.pass(1_000)
  await a.stop()
  await settled()
  assert.equal(here.history, ['0 a leads', '1000 a ends', '1000 b leads'])
})

test('the next does not wait until one that stops has put everything away', async () => {
  const here = world()
  const a = replica(here, 'a')
  await settled()
  replica(here, 'b')
  await here.clock.pass(1_000)
  a.failing.endMs = 5_000
  const stopped = a.stop()
  await here.clock.pass(10_000)
  await stopped
  assert.equal(here.history, ['0 a leads', '1000 b leads', '6000 a ends'])
})

test('one that fails to lead makes room for another', async () => {
  const here = world()
  const a = replica(here, 'a')
  a.failing.lead = new RetryLater('no way to etcd')
  await settled()
  replica(here, 'b')
  await settled()
  assert.equal(here.history, ['0 b leads'])
  await here.clock.pass(10_000)
  assert.is(a.leadership.trouble(), undefined)
  assert.is(here.history.length, 1)
})

test('one that fails to lead and is the only one is tried again, ever more seldom', async () => {
  const here = world()
  const a = replica(here, 'a')
  a.failing.lead = new RetryLater('no way to etcd')
  await here.clock.pass(60_000)
  assert.ok(here.model.writes.done < 2 * (60 / 0.5 + 10), `${here.model.writes.done} writes`)
  assert.is(a.leadership.trouble(), 'no way to etcd')
  delete a.failing.lead
  await here.clock.pass(1_000)
  assert.is(here.history.length, 1)
})

test('one that could not lead leaves the Lease to others', async () => {
  const here = world()
  const a = replica(here, 'a')
  a.failing.able = new RetryLater('no way to etcd')
  await here.clock.pass(5_000)
  assert.is(here.model.spec, undefined)
  replica(here, 'b')
  await here.clock.pass(10)
  assert.equal(here.history, ['5000 b leads'])
})

test('what can never be ends it', async () => {
  const here = world()
  const a = replica(here, 'a')
  a.failing.able = new GiveUp('a newer version wrote here')
  assert.is(await a.outcome, a.failing.able)
})

test('a Lease that was deleted is made anew, and its holder goes on', async () => {
  const here = world()
  replica(here, 'a')
  await settled()
  replica(here, 'b')
  await here.clock.pass(1_000)
  here.model.delete()
  await here.clock.pass(1_000)

  assert.match(here.history.join(), /^0 a leads,(\S+) a ends,\1 a leads$/)
  assert.is(here.model.spec?.holderIdentity, 'a')
})

test('a Lease that was given to nobody we know is waited for', async () => {
  const here = world()
  replica(here, 'a')
  await here.clock.pass(1_100)
  here.model.edit({ ...here.model.spec, holderIdentity: 'a hand' })
  await here.clock.pass(10_000)
  const [, end, again] = here.history.map((line) => Number.parseInt(line, 10))
  assert.ok(end !== undefined && end < 1_600, here.history.join())
  assert.ok(again !== undefined && again >= 3_100 && again <= 3_650, here.history.join())
})

test('without rights it says so once, and stands by for nobody', async () => {
  const here = world()
  const forbidden = () => {
    throw new RetryLater('GET …/leases: 403 forbidden. Grant the rights of deploy/kubernetes')
  }
  const a = replica(here, 'a', { before: forbidden })
  await here.clock.pass(30_000)
  assert.match(a.leadership.trouble() ?? '', '403 forbidden')
  assert.is(a.log.lines.length, 1)
})

test('one that starts after a kill -9 is not ready before it leads', async () => {
  const here = world()
  here.model.edit({ holderIdentity: 'dead', leaseDurationSeconds: 2 })
  const a = replica(here, 'a')
  await here.clock.pass(1_990)
  assert.is(a.leadership.trouble(), 'nobody is known to lead')
  await here.clock.pass(10)
  assert.equal(here.history, ['2000 a leads'])
})

test('a stop while the Lease is being taken leaves no leader', async () => {
  const here = world()
  const a = replica(here, 'a', { after: () => here.clock.sleep(100) })
  await settled()
  await here.clock.pass(150)
  const stopped = a.stop()
  await here.clock.pass(500)
  await stopped
  assert.is(a.leadership.role, 'standby')
  assert.is(await a.isLeader(), false)
})

const single = suite('alone')

single('leads without a Lease, and begins anew after a failure', async () => {
  const clock = handClock()
  const log = quietLog()
  const stop = new AbortController()
  const leadership = alone({ clock, log, metrics: createMetrics() })
  let begun = 0
  const ran = leadership.run(
    {
      able: async () => undefined,
      async lead(signal) {
        if (++begun < 3) throw new RetryLater('not yet')
        await clock.sleep(1e9, signal)
      },
    },
    stop.signal,
  )
  await clock.pass(1_000)
  assert.is(begun, 3)
  assert.is(leadership.role, 'leader')
  assert.equal(
    log.lines.map(([line]) => line),
    Array(2).fill('warn leading begins anew: not yet'),
  )
  stop.abort(new RetryLater('stopping'))
  await ran
})

single('ends with what can never be', async () => {
  const leadership = alone({ clock: handClock(), log: quietLog(), metrics: createMetrics() })
  const error = new GiveUp('a newer version wrote here')
  const lead = () => Promise.reject(error)
  const { signal } = new AbortController()
  assert.is(await failureOf(leadership.run({ able: async () => undefined, lead }, signal)), error)
})

test.run()
single.run()
