import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Limits } from '../../../../functions/names/policy/policy.ts'
import { createRecords } from '../../../../runtime/effects/records/index.ts'
import { createMetrics } from '../../../../runtime/metrics.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { answers, claim, keys, oddities, owner } from './claims-world.ts'
import { etcdModel, slowBy } from './etcd-model.ts'

/** Replicas of one instance, with limits that can change while they run. */
function limited(first: Partial<Limits>, etcd = etcdModel()) {
  let limits: Limits = { keepNames: false, ...first }
  const replica = (trouble?: Parameters<typeof etcd.connect>[0]) =>
    createRecords({
      etcd: etcd.connect(trouble),
      instance: 'k2s',
      zones: ['local'],
      limits: () => limits,
      clock: handClock(),
      metrics: createMetrics(),
    })
  const records = replica()
  return {
    etcd,
    replica,
    audit: () => records.audit(),
    limit(next: Partial<Limits>) {
      limits = { keepNames: false, ...next }
    },
    async replace(id: string, ...claims: string[]) {
      const { refused } = await records.replace(owner(id), claims.map(claim))
      return refused.map(({ host, reason }) => `${host}: ${reason}`)
    },
    release: (id: string) => records.release(owner(id)),
    answers: (host: string) => answers(etcd, host),
    count: (namespace: string) => etcd.get(keys.namespace(namespace)),
  }
}

const quota = suite('a namespace with a quota')

quota('gets so many names and no more, another namespace has its own', async () => {
  const { replace, answers, count } = limited({ namesPerNamespace: 2 })
  const three = ['a.local 10.0.0.1', 'b.local 10.0.0.1', 'c.local 10.0.0.1']
  assert.equal(await replace('shop/web@1', ...three), ['c.local: quota'])
  assert.equal([answers('b.local'), answers('c.local')], ['10.0.0.1', ''])
  assert.equal(await replace('blog/web@1', 'd.local 10.0.0.2'), [])
  assert.equal([count('shop'), count('blog')], ['{"names":2}', '{"names":1}'])
})

quota('shares a name among its objects at the price of one', async () => {
  const { replace, count } = limited({ namesPerNamespace: 1 })
  for (const id of ['shop/a@1', 'shop/b@1', 'shop/c@1'])
    assert.equal(await replace(id, 'a.local 10.0.0.1'), [])
  assert.is(count('shop'), '{"names":1}')
})

quota('gets a name again for each that it gives back', async () => {
  const { replace, release, answers, count } = limited({ namesPerNamespace: 1 })
  await replace('shop/a@1', 'a.local 10.0.0.1')
  assert.equal(await replace('shop/b@1', 'b.local 10.0.0.1'), ['b.local: quota'])
  await release('shop/a@2')
  assert.is(count('shop'), undefined)
  assert.equal(await replace('shop/b@2', 'b.local 10.0.0.1'), [])
  assert.is(answers('b.local'), '10.0.0.1')
})

quota('does not get its last name twice from two replicas at once', async () => {
  const { replica, etcd, count } = limited({ namesPerNamespace: 3 })
  const slow = { before: slowBy(() => 2), after: slowBy(() => 3) }
  const [one, two] = [replica(slow), replica(slow)]
  const asked = Array.from({ length: 8 }, (_, i) =>
    (i % 2 ? one : two).replace(owner(`shop/web${i}@1`), [claim(`h${i}.local 10.0.0.1`)]),
  )
  const refused = (await Promise.all(asked)).flatMap((change) => change.refused)
  assert.is(refused.length, 5)
  assert.is(etcd.keys(keys.hosts).length, 3)
  assert.is(count('shop'), '{"names":3}')
  assert.equal(oddities(etcd), [])
})

quota('that is set later is counted by the next audit, and what is over it goes', async () => {
  const { replace, audit, limit, count, etcd } = limited({})
  await replace('shop/a@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
  await replace('shop/c@1', 'c.local 10.0.0.1')
  limit({ namesPerNamespace: 2 })
  await audit()
  assert.is(count('shop'), '{"names":3}')
  assert.equal(await replace('shop/a@2', 'a.local 10.0.0.1', 'b.local 10.0.0.1'), [
    'a.local: quota',
  ])
  assert.equal(await replace('shop/c@2', 'c.local 10.0.0.1'), [])
  assert.equal([count('shop'), etcd.keys(keys.hosts).length], ['{"names":2}', 2])
})

for (const spoiled of ['hello', '{"names":"two"}', '{}']) {
  quota(`whose count somebody made ${spoiled} is counted anew at its next event`, async () => {
    const { replace, release, count, etcd } = limited({ namesPerNamespace: 2 })
    await replace('shop/a@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
    await replace('blog/a@1', 'c.local 10.0.0.1')
    etcd.put(keys.namespace('shop'), spoiled)
    assert.equal(await replace('shop/d@1', 'd.local 10.0.0.1'), ['d.local: quota'])
    assert.is(count('shop'), '{"names":2}')
    etcd.put(keys.namespace('shop'), spoiled)
    await release('shop/a@2')
    assert.equal([count('shop'), count('blog')], [undefined, '{"names":1}'])
  })
}

const keeping = suite('upsert-only')

keeping('leaves a name whose owner went, until somebody else claims it', async () => {
  const { replace, release, answers, audit, etcd } = limited({ keepNames: true })
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await release('shop/web@2')
  await audit()
  assert.is(answers('a.local'), '10.0.0.1')
  assert.equal(await replace('blog/web@1', 'a.local 10.0.0.2'), [])
  assert.is(answers('a.local'), '10.0.0.2')
  assert.equal(oddities(etcd), [])
})

keeping('leaves a host that its owner no longer asks for, and follows its targets', async () => {
  const { replace, answers } = limited({ keepNames: true })
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('shop/web@2', 'b.local 10.0.0.1')
  assert.equal([answers('a.local'), answers('b.local')], ['10.0.0.1', '10.0.0.1'])
  await replace('shop/web@3', 'a.local 10.0.0.3', 'b.local 10.0.0.3')
  assert.equal([answers('a.local'), answers('b.local')], ['10.0.0.3', '10.0.0.3'])
})

keeping('keeps nothing that another owner has too', async () => {
  const { replace, release, answers } = limited({ keepNames: true })
  await replace('shop/a@1', 'a.local 10.0.0.1')
  await replace('shop/b@1', 'a.local 10.0.0.2')
  await release('shop/a@2')
  assert.is(answers('a.local'), '10.0.0.2')
})

keeping('ends with the audit after it is switched off', async () => {
  const { replace, release, answers, audit, limit, etcd } = limited({ keepNames: true })
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await release('shop/web@2')
  limit({})
  await audit()
  assert.is(answers('a.local'), '')
  assert.equal(etcd.keys(keys.hosts), [])
})

quota.run()
keeping.run()
