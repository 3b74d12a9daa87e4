// time limit: 1800 s
import { cp, rm } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Etcd, startEtcd } from '../../deploy/local/etcd.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { etcdKeys } from './etcd-keys.ts'
import { eventually } from './eventually.ts'
import { type Names, namesIn } from './names.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('an etcd set back to an older backup')
/** No reconcile comes by the clock. */
const args = ['--reconcile.schedule=0 0 1 1 *']

test.before(async (context) => {
  context.world = await startWorld({ args })
})
test.after(({ world }) => world?.stop())

const backedUp: Names = {
  'kept.cluster.local': [usualTarget],
  'changed.cluster.local': [usualTarget],
  'gone.cluster.local': [usualTarget],
}
const now: Names = {
  'kept.cluster.local': [usualTarget],
  'changed.cluster.local': ['10.0.0.7'],
  'new.cluster.local': [usualTarget],
}

async function applyOld(world: World): Promise<void> {
  const all = ['kept', 'changed', 'gone'].map((name) => anIngress(name, `${name}.cluster.local`))
  await world.apply(...all)
}

async function applyNew(world: World): Promise<void> {
  await world.apply(
    anIngress('changed', 'changed.cluster.local', { targets: ['10.0.0.7'] }),
    anIngress('new', 'new.cluster.local'),
  )
  await world.remove('gone')
}

function backupOf({ stack }: World, name: string) {
  const live = path.join(stack.directory, name)
  const backup = `${live}-backup`
  return {
    /** While it is stopped. */
    take: () => cp(live, backup, { recursive: true }),
    async restore() {
      await rm(live, { recursive: true })
      await cp(backup, live, { recursive: true })
    },
  }
}

async function withRecordStore(
  world: World,
  name: string,
  use: (etcd: Etcd, has: (names: Names) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { functions, stack } = world
  const servers = await realServers(['etcd'])
  const etcd = await startEtcd({ ...servers, supervisor: stack.supervisor, name })
  const has = (names: Names) =>
    eventually(async () => assert.equal(await namesIn(etcdKeys(etcd.endpoint)), names))
  try {
    await functions.start({ args: [`--etcd.endpoints=${etcd.endpoint}`] })
    await use(etcd, has)
  } finally {
    await functions.start()
    await etcd.process.stop()
    await world.clear()
  }
}

test('while we run: its names are those of now, at once and without a reconcile', ({ world }) =>
  withRecordStore(world, 'store-running', async ({ process }, has) => {
    const backup = backupOf(world, 'store-running')
    await applyOld(world)
    await has(backedUp)
    await process.stop()
    await backup.take()
    await process.start()
    await applyNew(world)
    await has(now)
    await process.stop()
    await backup.restore()
    await process.start()
    await has(now)
    assert.match(
      world.functions
        .log()
        .map(({ msg }) => msg)
        .join('\n'),
      'etcd was set back or replaced',
    )
    await world.apply(anIngress('later', 'later.cluster.local'))
    await has({ ...now, 'later.cluster.local': [usualTarget] })
  }))

test('while we are down: its names are those of now when we are ready', ({ world }) =>
  withRecordStore(world, 'store-down', async (etcd, has) => {
    const { functions } = world
    const backup = backupOf(world, 'store-down')
    await applyOld(world)
    await has(backedUp)
    await etcd.process.stop()
    await backup.take()
    await etcd.process.start()
    await applyNew(world)
    await has(now)
    await functions.stop()
    await etcd.process.stop()
    await backup.restore()
    await etcd.process.start()
    await functions.start({ args: [`--etcd.endpoints=${etcd.endpoint}`] })
    await has(now)
  }))

test('with the cluster in it: its names are those of the objects that came back', async ({
  world,
}) => {
  const { etcd, apiserver } = world.stack
  const backup = backupOf(world, 'etcd')
  const has = (names: Names) =>
    eventually(async () => assert.equal(await world.names(), names), { withinMs: 30_000 })
  await applyOld(world)
  await world.settled()
  await apiserver.process.stop()
  await etcd.process.stop()
  await backup.take()
  await etcd.process.start()
  await apiserver.process.start()
  await applyNew(world)
  await has(now)
  await apiserver.process.stop()
  await etcd.process.stop()
  await backup.restore()
  await etcd.process.start()
  await apiserver.process.start()
  await has(backedUp)
  await world.apply(anIngress('later', 'later.cluster.local'))
  await has({ ...backedUp, 'later.cluster.local': [usualTarget] })
})

test.run()
