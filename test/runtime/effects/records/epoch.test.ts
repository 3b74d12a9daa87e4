import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lastEpoch, transactIn } from '../../../../runtime/effects/records/epoch.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { EpochOver } from '../../../../runtime/epoch.ts'
import { failureOf } from '../../../support/outcome.ts'
import { keys } from './claims-world.ts'
import { etcdModel, type Trouble } from './etcd-model.ts'

/** A replica at work on a store; several may share one. */
function replica(model = etcdModel(), trouble: Trouble = {}) {
  const etcd = model.connect(trouble)
  const store = { etcd, commits: createGroupCommit(etcd), keys }
  return {
    model,
    begin: async (identity: string) => (await lastEpoch(store)).begin(identity),
    now: async () => (await lastEpoch(store)).epoch,
    write: (epoch: string | undefined, value: string) =>
      transactIn(epoch, store, (view) => view.put('/name', value)),
  }
}

const test = suite('an epoch')

test('is another one each time, whoever begins it', async () => {
  const { begin, now, model } = replica()
  assert.is(await now(), '')
  assert.is(await begin('a'), '1 a')
  assert.is(await begin('a'), '2 a')
  assert.is(await replica(model).begin('b'), '3 b')
  assert.is(await now(), '3 b')
})

test('begins also after something else was written there', async () => {
  const { begin, model } = replica()
  model.put(keys.epoch, 'nonsense')
  assert.is(await begin('a'), '1 a')
})

test('lets decisions through while it lasts, and none afterwards', async () => {
  const old = replica()
  const epoch = await old.begin('a')
  await old.write(epoch, 'of the first')
  await replica(old.model).begin('b')
  const over = await failureOf(old.write(epoch, 'of the past'))
  assert.instance(over, EpochOver)
  assert.is((over as EpochOver).epoch, epoch)
  assert.is(old.model.get('/name'), 'of the first')
})

test('ends for a transaction that is on its way already', async () => {
  const way = Promise.withResolvers<void>()
  const old = replica(etcdModel(), {
    before: (call) => (call === 'transact' && isFrozen ? way.promise : undefined),
  })
  let isFrozen = false
  const epoch = await old.begin('a')
  isFrozen = true
  const writing = failureOf(old.write(epoch, 'stale'))
  await replica(old.model).begin('b')
  way.resolve()
  assert.instance(await writing, EpochOver)
  assert.is(old.model.get('/name'), undefined)
})

test('before the first one counts as one, and ends with it', async () => {
  const { begin, now, write, model } = replica()
  const none = await now()
  await write(none, 'early')
  await begin('a')
  assert.instance(await failureOf(write(none, 'late')), EpochOver)
  assert.is(model.get('/name'), 'early')
})

test('concerns no decision that is made in any', async () => {
  const { begin, write, model } = replica()
  await begin('a')
  await write(undefined, 'mended')
  assert.is(model.get('/name'), 'mended')
})

test('is not taken for over by whoever only has not heard of it', async () => {
  const one = replica()
  const other = replica(one.model)
  await other.write(await one.begin('a'), 'first')
  await other.write(await one.begin('a'), 'second')
  assert.is(one.model.get('/name'), 'second')
})

test('is begun by one of two that begin at once', async () => {
  const model = etcdModel()
  const begun = await Promise.allSettled(['a', 'b'].map((each) => replica(model).begin(each)))
  assert.equal(begun.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.match(String(model.get(keys.epoch)), /^1 [ab]$/)
})

test('is not begun by one that is frozen between its read and its write', async () => {
  const way = Promise.withResolvers<void>()
  const frozen = replica(etcdModel(), {
    before: (call) => (call === 'transact' ? way.promise : undefined),
  })
  const beginning = failureOf(frozen.begin('a'))
  await replica(frozen.model).begin('b')
  way.resolve()
  assert.match(String(await beginning), 'another replica began an epoch')
  assert.is(frozen.model.get(keys.epoch), '1 b')
})

test('costs the first decision in it one transaction', async () => {
  let transactions = 0
  const { begin, write } = replica(etcdModel(), {
    before: (call) => void (call === 'transact' && transactions++),
  })
  const epoch = await begin('a')
  transactions = 0
  await write(epoch, 'first')
  assert.is(transactions, 1)
})

test.run()
