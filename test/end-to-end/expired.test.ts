import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress, usualTarget } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('expired')

test.before(async (context) => {
  context.world = await startWorld()
})
test.after(({ world }) => world?.stop())

test('a version that etcd has compacted away is left for a new list', async ({ world }) => {
  const { functions, stack } = world
  await world.apply(
    anIngress('kept', 'kept.cluster.local'),
    anIngress('deleted', 'deleted.cluster.local'),
  )
  await world.settled()

  const thaw = functions.freeze()
  try {
    await world.remove('deleted')
    await world.apply(anIngress('added', 'added.cluster.local'))
    await world.etcd.compact()
    await stack.apiserver.process.stop() // with it goes the cache from which a watch could go on
    await stack.apiserver.process.start()
  } finally {
    thaw()
  }

  const relists = () => functions.metric('k2s_dns_relists_total', 'kind="Ingress",cause="expired"')
  await eventually(async () => assert.is(await relists(), 1))
  await world.settled()
  assert.equal(await world.names(), {
    'kept.cluster.local': [usualTarget],
    'added.cluster.local': [usualTarget],
  })
})

test.run()
