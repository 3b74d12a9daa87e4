import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { beginEpoch } from '../../../../runtime/effects/records/epoch.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { lastWatched, noteWatched } from '../../../../runtime/effects/records/watched.ts'
import { EpochOver } from '../../../../runtime/epoch.ts'
import { failureOf } from '../../../support/outcome.ts'
import { keys } from './claims-world.ts'
import { etcdModel } from './etcd-model.ts'

function storeOn(model = etcdModel()) {
  const etcd = model.connect()
  return { model, store: { etcd, commits: createGroupCommit(etcd), keys } }
}

const test = suite('how far a leader watched')

test('is nothing at first', async () => {
  assert.equal(await lastWatched(storeOn().store), {})
})

test('is what was noted last, kind by kind', async () => {
  const { model, store } = storeOn()
  const epoch = await beginEpoch(store, 'a')
  await noteWatched(epoch, store, { Ingress: '7', HTTPRoute: '3' })
  await noteWatched(epoch, store, { Ingress: '9' })
  assert.equal(await lastWatched(storeOn(model).store), { Ingress: '9', HTTPRoute: '3' })
})

test('is noted by the leader of now only, and others learn that they are not', async () => {
  const { model, store } = storeOn()
  const epoch = await beginEpoch(store, 'a')
  await noteWatched(epoch, store, { Ingress: '7' })
  await beginEpoch(storeOn(model).store, 'b')
  for (const watched of [{ Ingress: '8' }, { Ingress: '7' }, {}])
    assert.instance(await failureOf(noteWatched(epoch, store, watched)), EpochOver)
  assert.equal(await lastWatched(store), { Ingress: '7' })
})

test('that nobody can read is nothing, and is written anew', async () => {
  const { model, store } = storeOn()
  const epoch = await beginEpoch(store, 'a')
  for (const text of ['', '[', '"7"', '{"Ingress":7}', '{"Ingress":"x"}']) {
    model.put(keys.watched, text)
    assert.equal(await lastWatched(store), {})
    await noteWatched(epoch, store, { Ingress: '7' })
    assert.equal(await lastWatched(store), { Ingress: '7' })
  }
})

test.run()
