// time limit: 1800 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { full } from '../runner/full.ts'
import { failureOf } from '../support/outcome.ts'
import { askWhoIsThere } from './ask-who.ts'
import { k2sDns } from './command-line.ts'
import { long, type Rotating, rotating } from './coredns-rotating.ts'
import { kubeadm } from './coredns-scenes.ts'
import { type CoreDnsWorld, startCoreDnsWorld } from './coredns-world.ts'
import { eventually } from './eventually.ts'
import type { RunningFunctions } from './functions.ts'
import { type Instead, startProxy } from './proxy.ts'

/** The certificates for etcd are renewed: ours, and those of CoreDNS's pods, which are replaced for it. */
const test = suite<{ world: CoreDnsWorld; of: Rotating }>('certificates that CoreDNS’s pods have')
const scene = kubeadm(true)

test.before(async (context) => {
  const world = await startCoreDnsWorld(scene)
  Object.assign(context, { world, of: rotating(world) })
  await world.functions.start()
  const { flags, port } = world.functions
  const { code, stderr } = await k2sDns('cluster', 'start', ...flags, `--http.port=${port}`)
  assert.is(code, 0, stderr)
  await world.answers(scene.served)
})
test.after(({ world }) => world?.stop())

test('are renewed under load: no answer fails, no change is lost, and nobody uses the old ones', async ({
  of,
}) => {
  const { make, ca, pods } = of
  const next = make('k2s-dns-2', { by: ca })
  const etcd = of.connect(of.admin)
  await askWhoIsThere(etcd, ['kube-apiserver-etcd-client', 'k2s-dns', 'k2s-dns-2'])
  const before = await pods()
  await of.underLoad(async ({ more }) => {
    await more(40)
    of.renew(next)
    await eventually(async () => assert.ok(await of.haveTaken('cert', next.cert)), long)
    await of.replaced(before)
    await etcd.user('k2s-dns').delete()
    const old = of.connect(make('k2s-dns', { by: ca }))
    const refused = String(await failureOf(Promise.resolve(old.get('/skydns/x'))))
    assert.match(refused, /permission denied|user name not found|auth/)
    old.close()
    await more(80)
  })
  etcd.close()
})

test('that etcd refuses reach neither us nor a pod', async ({ world, of }) => {
  const { make, ca, pods, secret } = of
  const before = [await secret(), await pods()]
  await of.underLoad(async ({ more }) => {
    of.renew(make('nobody', { by: ca }))
    const told = () => JSON.stringify(world.functions.log().slice(-20))
    await eventually(() => assert.match(told(), 'etcd does not take these credentials'))
    await more(40)
    assert.equal([await secret(), await pods()], before)
    const known = make('k2s-dns-2', { by: ca })
    of.renew(known)
    await eventually(async () => assert.ok(await of.haveTaken('cert', known.cert)), long)
  })
})

test('of a new CA come with both of them', async ({ of }) => {
  const both = of.ca.cert + of.make('etcd-ca', { isCa: true }).cert
  const before = await of.pods()
  await of.underLoad(async () => {
    of.renew({ ca: both })
    await eventually(async () => assert.ok(await of.haveTaken('ca', both)), long)
    await of.replaced(before)
  })
})

for (const moment of full ? (['before', 'after'] as const) : (['after'] as const)) {
  test(`killed ${moment} each write to the API server: the next run ends right, and no question fails`, async ({
    world: { functions, cluster, flags },
    of,
  }) => {
    const proxy = await startProxy(cluster.apiserver.functionsKubeconfig)
    const starting = { args: [...flags, `--kubeconfig=${proxy.kubeconfig}`] }
    let isKilled = true
    let step = 0
    for (; isKilled && (full || step < 1); step++) {
      const before = await of.pods()
      const next = of.make('k2s-dns-2', { by: of.ca })
      const isTaken = () => of.haveTaken('cert', next.cert)
      let writes = 0
      proxy.meddle = (url, method) =>
        isOfCoreDns(url, method) && writes++ === step ? killed(functions, moment) : 'pass'
      await functions.start(starting)
      await of.underLoad(async ({ more }) => {
        await more(40) // it has looked at CoreDNS by then, as it does at a start
        of.renew(next)
        await eventually(async () => assert.ok(!functions.running || (await isTaken())), long)
        isKilled = !functions.running
        proxy.meddle = () => 'pass'
        if (isKilled) await functions.start(starting)
        await eventually(async () => assert.ok(await isTaken()), long)
        await of.replaced(before)
      })
    }
    assert.ok(full ? step > 2 : isKilled, `${step} steps`)
    await functions.stop()
    await proxy.close()
  })
}

function killed(functions: RunningFunctions, moment: 'before' | 'after'): Instead {
  const kill = () => void functions.kill()
  if (moment === 'after') return { done: kill }
  kill()
  return { status: 503, body: '' }
}

const isOfCoreDns = (url: string, method: string) =>
  method !== 'GET' && url.includes('/namespaces/kube-system/')

test.run()
