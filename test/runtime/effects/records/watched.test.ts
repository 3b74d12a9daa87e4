import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lastEpoch } from '../../../../runtime/effects/records/epoch.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { sharedLease } from '../../../../runtime/effects/records/shared-lease.ts'
import { noteTtlSeconds, watchedNote } from '../../../../runtime/effects/records/watched.ts'
import { EpochOver } from '../../../../runtime/epoch.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'
import { keys } from './claims-world.ts'
import { etcdModel } from './etcd-model.ts'

/** A replica on a store; several may share one. Its leases are numbered, and `lost` ones can't be written with. */
function replica(model = etcdModel()) {
  const clock = handClock()
  const lost = new Set<string>()
  const used: string[] = []
  let granted = 0
  const connected = model.connect()
  const etcd: typeof connected = {
    ...connected,
    grantLease: async () => String(++granted),
    transact(compares, writes, empty) {
      for (const write of writes) {
        const { leaseId } = { leaseId: undefined, ...write }
        if (leaseId === undefined) continue
        if (lost.has(leaseId)) throw new Error('requested lease not found')
        used.push(leaseId)
      }
      return connected.transact(compares, writes, empty)
    },
  }
  const store = { etcd, commits: createGroupCommit(etcd), keys }
  const note = watchedNote(store, sharedLease(noteTtlSeconds, { etcd, clock }))
  return {
    model,
    clock,
    lost,
    used,
    ...note,
    begin: async () => (await lastEpoch(store)).begin('a'),
  }
}

const test = suite('how far a leader watched')

test('is nothing at first', async () => {
  assert.equal(await replica().read(), {})
})

test('is what was noted last, kind by kind', async () => {
  const { model, begin, write } = replica()
  const epoch = await begin()
  await write(epoch, { Ingress: '7', HTTPRoute: '3' })
  await write(epoch, { Ingress: '9' })
  assert.equal(await replica(model).read(), { Ingress: '9', HTTPRoute: '3' })
})

test('is noted by the leader of now only, and others learn that they are not', async () => {
  const { model, begin, write, read } = replica()
  const epoch = await begin()
  await write(epoch, { Ingress: '7' })
  await replica(model).begin()
  for (const watched of [{ Ingress: '8' }, { Ingress: '7' }, {}])
    assert.instance(await failureOf(write(epoch, watched)), EpochOver)
  assert.equal(await read(), { Ingress: '7' })
})

test('that nobody can read is nothing, and is written anew', async () => {
  const { model, begin, write, read } = replica()
  const epoch = await begin()
  for (const text of ['', '[', '"7"', '{"Ingress":7}', '{"Ingress":"x"}']) {
    model.put(keys.watched, text)
    assert.equal(await read(), {})
    await write(epoch, { Ingress: '7' })
    assert.equal(await read(), { Ingress: '7' })
  }
})

test('is forgotten a quarter of a minute after the leader at most', async () => {
  const { model, begin, write } = replica()
  const epoch = await begin()
  for (const version of ['7', '7', '8', '8']) {
    await write(epoch, { Ingress: version })
    assert.ok(model.leased.has(keys.watched))
  }
  assert.ok(noteTtlSeconds <= 15)
})

test('is kept as long as the leader notes it, though there is nothing new', async () => {
  const { model, begin, write, clock, used } = replica()
  const epoch = await begin()
  for (let second = 0; second <= 2 * noteTtlSeconds; second++) {
    await write(epoch, { Ingress: '7' })
    await clock.pass(1_000)
  }
  assert.equal(used, ['1', '2', '3', '4']) // each for half its time, and written no more often
  assert.ok(model.leased.has(keys.watched))
})

test('is noted with another lease after the one that it had was gone', async () => {
  const { begin, write, read, lost, model } = replica()
  const epoch = await begin()
  await write(epoch, { Ingress: '7' })
  lost.add('1')
  model.delete(keys.watched)
  assert.match(String(await failureOf(write(epoch, { Ingress: '8' }))), 'lease not found')
  await write(epoch, { Ingress: '8' })
  assert.equal(await read(), { Ingress: '8' })
  assert.ok(model.leased.has(keys.watched))
})

test.run()
