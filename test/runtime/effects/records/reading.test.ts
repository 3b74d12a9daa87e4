import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../../functions/names/host.ts'
import { etcdCopy } from '../../../../runtime/clients/etcd-copy.ts'
import { readingOf } from '../../../../runtime/effects/records/reading.ts'
import { readSnapshot } from '../../../../runtime/effects/records/snapshot.ts'
import { claimsWorld, keys, options } from './claims-world.ts'
import type { EtcdModel } from './etcd-model.ts'

const test = suite('a reading of the store')
const foreign = JSON.stringify({ host: '10.9.9.9', ttl: 60, targetstrip: 1 })
const readNow = async (etcd: EtcdModel) =>
  readingOf(await readSnapshot(etcd.connect(), keys), options)

test('names with their owners, the holder first, and who waits', async () => {
  const { replace, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('blog/web@2', 'a.local 10.0.0.2', 'b.c.local fd00::1')
  await replace('shop/more@3', 'a.local 10.0.0.3')
  etcd.put('/skydns/local/d/0000abcd', foreign)
  const { names } = await readNow(etcd)
  assert.equal(names, [
    {
      host: 'a.local',
      types: ['A'],
      targets: ['10.0.0.1', '10.0.0.3'],
      ttl: 30,
      owners: ['ingress/shop/web', 'ingress/shop/more'],
      waiting: ['ingress/blog/web'],
    },
    {
      host: 'b.c.local',
      types: ['AAAA'],
      targets: ['fd00::1'],
      ttl: 30,
      owners: ['ingress/blog/web'],
      waiting: [],
    },
    {
      host: 'd.local',
      types: ['A'],
      targets: ['10.9.9.9'],
      ttl: 60,
      owners: [],
      waiting: [],
      foreignKey: '/skydns/local/d/0000abcd',
    },
  ])
})

test('who is kept away by somebody else’s key waits', async () => {
  const { replace, etcd } = claimsWorld()
  etcd.put('/skydns/local/a/0000abcd', foreign)
  options.foreign.note('/skydns/local/a/0000abcd', foreign)
  await replace('shop/web@1', 'a.local 10.0.0.1')
  options.foreign.note('/skydns/local/a/0000abcd', undefined)
  const reading = await readNow(etcd)
  const { settlement, records } = reading.settled('a.local' as Host)
  assert.equal(records, [])
  assert.is(settlement.refused.get('ingress/shop/web')?.reason, 'foreign-record')
  assert.equal(reading.names[0]?.waiting, ['ingress/shop/web'])
})

test('records that ought to be there and are not', async () => {
  const { replace, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1 10.0.0.2')
  const [key = ''] = etcd.keys('/skydns/local/a/')
  etcd.delete(key)
  const { settled, holds } = await readNow(etcd)
  const { records } = settled('a.local' as Host)
  assert.equal(
    records.filter((each) => !holds(each)).map((each) => each.key),
    [key],
  )
})

test('a snapshot is what is ours and what lies beside it, and no more', async () => {
  const { replace, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  const ours = etcd.keys('/')
  etcd.put('/k2s-dns/other/schema', '1')
  etcd.put('/registry/secrets/a', 'not to be read')
  const snapshot = await readSnapshot(etcd.connect(), keys)
  assert.equal([...snapshot.keys()].sort(), ours)
})

test('what is done to a copy is not done to the store', async () => {
  const { replace, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  const snapshot = await readSnapshot(etcd.connect(), keys)
  const copy = etcdCopy(snapshot)
  const [key = ''] = etcd.keys('/skydns/local/a/')
  const modRevision = snapshot.get(key)?.modRevision ?? ''
  assert.is(await copy.transact([{ key, modRevision: '0' }], [{ key, delete: true }]), undefined)
  assert.ok(await copy.transact([{ key, modRevision }], [{ key, delete: true }]))
  assert.is(copy.stored.has(key), false)
  assert.ok(snapshot.has(key) && etcd.get(key) !== undefined)
})

test.run()
