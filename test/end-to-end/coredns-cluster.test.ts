// time limit: 1800 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { full } from '../runner/full.ts'
import { k2sDns } from './command-line.ts'
import { paths, type State } from './coredns-objects.ts'
import { k2s, kubeadm } from './coredns-scenes.ts'
import {
  type CoreDnsWorld,
  startCoreDnsWorld,
  withoutCaKey,
  withoutFailure,
} from './coredns-world.ts'
import { eventually } from './eventually.ts'

/** From the first cluster start to the uninstall, with real pods that are replaced one by one. */
const all = [kubeadm(false), kubeadm(true), k2s(false), k2s(true)]
for (const scene of full ? all : [k2s(true)]) {
  const test = suite<{ world: CoreDnsWorld; before: State }>(`a CoreDNS as ${scene.what}`)
  const { served, servedBefore } = scene

  test.before(async (context) => {
    context.world = await startCoreDnsWorld(scene)
    context.before = await context.world.objects.read()
    await context.world.functions.start()
  })
  test.after(({ world }) => world?.stop())

  const start = ({ functions }: CoreDnsWorld) =>
    k2sDns('cluster', 'start', ...functions.flags, `--http.port=${functions.port}`)

  if (!scene.cluster.etcdTls) {
    test('a wish that does not work is taken back to the last byte, and no question fails', async ({
      world,
      before,
    }) => {
      const { functions, objects, cluster } = world
      const nobody = [`--coredns.endpoints=http://${cluster.network.node}:9`]
      await functions.start({ args: [...nobody, '--coredns.deadlineMs=40000'] })
      await withoutFailure(world.ask([]), async () => {
        const { code, stderr } = await start(world)
        assert.is(code, 1)
        assert.match(stderr, /CoreDNS is as it was before, since it did not serve: not within 40 s/)
        assert.equal(await objects.read(), before)
        await cluster.rolledOut()
      })
      await functions.start()
    })
  }

  test('a cluster start makes it serve our names, and no question fails meanwhile', async ({
    world,
  }) => {
    await world.answers(servedBefore)
    await withoutFailure(world.ask([]), async () => {
      const { code, stdout, stderr } = await start(world)
      assert.is(code, 0, stderr)
      assert.match(stdout, /; CoreDNS serves \([\d.]+:53/)
      await world.answers(served)
    })
  })

  test('a second one changes nothing', async ({ world }) => {
    const [configured, pods] = [await world.objects.read(), await podsOf(world)]
    assert.is((await start(world)).code, 0)
    assert.equal([await world.objects.read(), await podsOf(world)], [configured, pods])
  })

  test('the Corefile is wiped: it is mended, and no question fails that is answered without', async ({
    world,
    before,
  }) => {
    await withoutFailure(world.ask(servedBefore), async () => {
      const { corefile } = await world.objects.read()
      await world.objects.patch(paths.configMap, { data: { Corefile: before.corefile } })
      await eventually(
        async () => assert.is((await world.objects.read()).corefile?.length, corefile?.length),
        long,
      )
      await settled(world)
      await world.answers(served)
    })
  })

  test('the Deployment is written anew, as kubeadm’s upgrade does: it is mended', async ({
    world,
    before,
  }) => {
    await world.objects.put(paths.deployment, before.deployment.spec)
    await eventually(() => settled(world), long)
    await world.answers(served)
  })

  test('a stop leaves it serving, and says so', async ({ world: { functions, ...world } }) => {
    const { code, stdout } = await k2sDns(
      ...['cluster', 'stop', ...functions.flags, `--http.port=${functions.port}`, '--output=json'],
    )
    assert.is(code, 0)
    assert.match(stdout, '"coredns":"goes on serving"')
    await world.answers(served)
  })

  test('an uninstall puts back what was there, to the last byte, and no question fails that answered before', async ({
    world,
    before,
  }) => {
    const { functions, objects, cluster } = world
    await functions.stop()
    await withoutFailure(world.ask([]), async () => {
      const { code, stderr } = await k2sDns('uninstall', ...functions.flags, '--yes')
      assert.is(code, 0, stderr)
      assert.equal(await objects.read(), withoutCaKey(before))
      await cluster.rolledOut()
      await world.answers([])
    })
  })
  test.run()
}

const long = { withinMs: 60_000 }

const podsOf = async ({ cluster }: CoreDnsWorld) =>
  (await cluster.pods()).flatMap(({ name, ready }) => (ready ? name : [])).toSorted()

/** All that was disturbed is in order again. */
async function settled({ cluster, objects }: CoreDnsWorld): Promise<void> {
  const { corefile, deployment } = await objects.read()
  const { annotations } = deployment.spec.template.metadata
  assert.is(
    annotations?.['dns.k2s.io/configured-with'] !== undefined,
    /k2s-dns: begin/.test(corefile ?? ''),
  )
  await cluster.rolledOut()
}
