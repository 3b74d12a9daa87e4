// time limit: 600 s
import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { type KubeApiserver, startKubeApiserver } from '../../deploy/local/kube-apiserver.ts'
import { connectKubernetes, type KubernetesClient } from '../../runtime/clients/kubernetes.ts'
import { systemClock } from '../../runtime/clock.ts'
import { applyManifest, deleteManifest, parseManifests } from '../../runtime/manifests.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import type { Names } from './names.ts'
import { startProxy } from './proxy.ts'
import { grantRights, patience, startWorld, type World } from './world.ts'

/** No error and no empty, partial, older or other world takes a name away by itself. */
const test = suite<{ world: World }>('absence is proved')

const thirty = Array.from({ length: 30 }, (_, index) =>
  anIngress(`app-${index}`, `app-${index}.cluster.local`),
)
const ids = thirty.map(({ name }) => name)
const names: Names = Object.fromEntries(
  thirty.map(({ name }) => [`${name}.cluster.local`, [usualTarget]]),
)

test.before(async (context) => {
  context.world = await startWorld()
})
test.after(({ world }) => world?.stop())
test.before.each(async ({ world }) => {
  await world.functions.start()
  await Promise.all(thirty.map((each) => world.apply(each)))
  await eventually(async () => assert.equal(await world.names(), names))
})

test('thirty of thirty ingresses that went unseen keep their names until they are released', async ({
  world,
}) => {
  const { functions } = world
  await functions.stop()
  await world.remove(...ids)
  await functions.start()
  assert.equal(await world.names(), names)
  assert.is(await functions.metric('k2s_dns_withheld_owners', 'kind="Ingress"'), 30)
  const told = functions.log().filter(({ msg }) => msg.includes('k2s-dns release'))
  assert.is(told.at(-1)?.['owners'], 30)
  const again = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
  assert.match(again.stdout, '30 of 30 objects with names are missing at once')
  assert.equal(await world.names(), names)

  const { code } = await k2sDns('release', `--http.port=${functions.port}`)
  assert.is(code, 0)
  assert.equal(await world.names(), {})
  assert.is(await functions.metric('k2s_dns_withheld_owners', 'kind="Ingress"'), 0)
})

test('ten of thirty ingresses that went unseen lose their names, as do thirty that were seen', async ({
  world,
}) => {
  const { functions } = world
  await functions.stop()
  await world.remove(...ids.slice(0, 10))
  await functions.start()
  assert.is(Object.keys(await world.names()).length, 20)
  await world.remove(...ids)
  await world.settled()
  assert.equal(await world.names(), {})
})

test('a share of all may be configured to go at once', async ({ world }) => {
  const { functions } = world
  await functions.stop()
  await world.remove(...ids)
  await functions.start({ args: ['--guard.share=1'] })
  assert.equal(await world.names(), {})
})

test('without the right to list, names are kept and the reason is told', async ({ world }) => {
  const { functions, client } = world
  await functions.stop()
  await world.remove(...ids.slice(0, 5))
  await withoutRights(client)
  try {
    await functions.start({ until: 'alive' })
    await eventually(async () => {
      const { status, reasons } = await functions.readiness()
      assert.is(status, 503)
      assert.match(reasons.join(), /403 .*forbidden.*deploy\/kubernetes/i)
    })
    assert.equal(await world.names(), names)
    assert.is(await functions.metric('k2s_dns_synced', 'kind="Ingress"'), 0)
  } finally {
    await grantRights(client)
  }
  await eventually(async () => assert.is((await functions.readiness()).status, 200))
  assert.is(Object.keys(await world.names()).length, 25)
})

test('a list that breaks off, is no list, expires, is refused or is empty removes nothing', async ({
  world,
}) => {
  const { functions, stack } = world
  const proxy = await startProxy(stack.apiserver.functionsKubeconfig)
  const isList = (url: string) => /\/ingresses\?.*limit=/.test(url) && !url.includes('watch=')
  const json = (value: object) => JSON.stringify(value)
  try {
    for (const [what, answer] of [
      ['breaks off', 'cut'],
      [
        'is gone',
        { status: 404, body: json({ message: 'the server could not find the resource' }) },
      ],
      ['is of another server', { status: 200, body: json({ hello: 'world' }) }],
      ['is a login page', { status: 200, body: '<html>please log in</html>' }],
      ['expires', { status: 410, body: json({ message: 'the continue token is too old' }) }],
      ['is refused', { status: 401, body: json({ message: 'Unauthorized' }) }],
      [
        'has items of null',
        { status: 200, body: json({ metadata: { resourceVersion: '9' }, items: null }) },
      ],
    ] as const) {
      let asked = 0
      proxy.meddle = (url) => {
        if (!isList(url)) return 'pass'
        if (!url.includes('continue=')) return { url: url.replace(/limit=\d+/, 'limit=10') }
        asked++
        return answer
      }
      await functions.start({ args: [`--kubeconfig=${proxy.kubeconfig}`], until: 'alive' })
      await eventually(() =>
        assert.ok(asked >= 2, `${what}: the second page was asked for ${asked} times`),
      )
      const { status, reasons } = await functions.readiness()
      assert.is(status, 503, what)
      assert.is(reasons.length, 1, what)
      assert.equal(await world.names(), names, what)
    }
    proxy.meddle = (url) => (isList(url) ? { url: url.replace(/limit=\d+/, 'limit=10') } : 'pass')
    await eventually(async () => assert.is((await functions.readiness()).status, 200))
    assert.equal(await world.names(), names)

    const metadata = { resourceVersion: '999999999' }
    const nothing = { status: 200, body: json({ metadata, items: [] }) }
    proxy.meddle = (url) => (isList(url) ? nothing : 'pass')
    await functions.start({ args: [`--kubeconfig=${proxy.kubeconfig}`], until: 'alive' })
    await eventually(async () =>
      assert.is(await functions.metric('k2s_dns_withheld_owners', 'kind="Ingress"'), 30),
    )
    assert.equal(await world.names(), names)
  } finally {
    await functions.stop()
    await proxy.close()
  }
})

test('another cluster changes nothing, until it is said to replace the first one', async ({
  world,
}) => {
  const { functions } = world
  const other = await startCluster(world, 'other')
  try {
    await grantRights(other.client)
    const args = [`--kubeconfig=${other.apiserver.functionsKubeconfig}`]
    await functions.start({ args, until: 'alive' })
    await eventually(async () => {
      const { status, reasons } = await functions.readiness()
      assert.is(status, 503)
      assert.match(reasons.join(), 'the names come from another cluster')
    })
    const before = await world.etcd.all('/k2s-dns/')
    const { code } = await k2sDns('invoke', 'on-cluster-stop', `--http.port=${functions.port}`)
    assert.is(code, 0)
    assert.equal(await world.names(), names)
    assert.equal(await world.etcd.all('/k2s-dns/'), before)

    assert.is((await k2sDns('release', `--http.port=${functions.port}`)).code, 0)
    assert.equal(await world.names(), {})
    await eventually(async () => assert.is((await functions.readiness()).status, 200))
  } finally {
    await functions.stop()
    await other.stop()
  }
  await functions.start({ until: 'alive' })
  await eventually(async () => assert.is((await functions.readiness()).status, 503))
  assert.is((await k2sDns('release', `--http.port=${functions.port}`)).code, 0)
  assert.equal(await world.names(), names)
})

test('a cluster restored from an older backup removes nothing by itself', async ({ world }) => {
  const { functions, stack } = world
  await functions.stop()
  const cluster = await startCluster(world, 'restored')
  try {
    await grantRights(cluster.client)
    const manifest = (name: string) => {
      const { spec } = anIngress(name, `${name}.cluster.local`)
      return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec }
    }
    await applyManifest(cluster.client, manifest('old'), patience())
    const data = path.join(stack.directory, 'restored')
    const backup = path.join(stack.directory, 'backup')
    await cluster.pause()
    cpSync(data, backup, { recursive: true })
    await cluster.resume()

    const args = [
      `--kubeconfig=${cluster.apiserver.functionsKubeconfig}`,
      '--instance=restored',
      '--targets.default=10.0.0.1',
    ]
    for (let change = 0; change < 300; change++) {
      // a restart of the API server takes up to a hundred
      await applyManifest(cluster.client, manifest(`new-${change % 2}`), patience())
      await deleteManifest(cluster.client, manifest(`new-${change % 2}`), patience())
    }
    await applyManifest(cluster.client, manifest('new'), patience())
    await functions.start({ args })
    const ours = async () =>
      Object.entries(await world.names())
        .filter(([, [target]]) => target === '10.0.0.1')
        .map(([host]) => host)
        .sort()
    const both = ['new.cluster.local', 'old.cluster.local']
    assert.equal(await ours(), both)

    await cluster.pause()
    rmSync(data, { recursive: true })
    cpSync(backup, data, { recursive: true })
    await cluster.resume()
    await eventually(async () => assert.is((await functions.readiness()).status, 200), {
      withinMs: 30_000,
    })
    assert.equal(await ours(), both, 'while running')
    const { code, stdout } = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
    assert.is(code, 0)
    assert.match(stdout, 'was it restored from a backup?')
    assert.equal(await ours(), both, 'after a reconcile')
    await functions.start({ args })
    assert.equal(await ours(), both, 'after a restart')

    assert.is((await k2sDns('release', `--http.port=${functions.port}`)).code, 0)
    assert.equal(await ours(), ['old.cluster.local'])
    await applyManifest(cluster.client, manifest('newer'), patience())
    await deleteManifest(cluster.client, manifest('old'), patience())
    await eventually(async () => assert.equal(await ours(), ['newer.cluster.local']))
  } finally {
    await functions.stop()
    await cluster.stop()
  }
})

/** A kube-apiserver with an etcd of its own. */
interface Cluster {
  readonly apiserver: KubeApiserver
  readonly client: KubernetesClient
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

async function startCluster({ stack }: World, name: string): Promise<Cluster> {
  const servers = await realServers(['etcd', 'kubeApiserver'])
  const { supervisor } = stack
  const etcd = await startEtcd({ ...servers, supervisor, name })
  const apiserver = await startKubeApiserver({
    ...servers,
    supervisor,
    etcd,
    name: `${name}-apiserver`,
  })
  const pause = async () => {
    apiserver.process.kill('SIGKILL') // it would take its time, and what it answered is in etcd
    await apiserver.process.exited
    await etcd.process.stop()
  }
  return {
    apiserver,
    client: connectKubernetes(apiserver.adminKubeconfig, systemClock),
    pause,
    async resume() {
      await etcd.process.start()
      await apiserver.process.start()
    },
    stop: pause,
  }
}

async function withoutRights(client: KubernetesClient): Promise<void> {
  const text = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n'
  for (const each of parseManifests(`${text}metadata: {name: k2s-dns}`, 'binding')) {
    await deleteManifest(client, each, patience())
  }
}

test.run()
