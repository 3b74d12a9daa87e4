// time limit: 1200 s
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstLine, isAlive, killAndWait, processesOf } from '../deploy/local/fixtures/processes.ts'
import { startDnsLoad } from '../support/dns-load.ts'
import { askDns } from '../support/dns-question.ts'
import { type Cluster, startCluster } from './cluster/index.ts'
import { eventually } from './eventually.ts'
import { patience } from './world.ts'

/** The cluster that other tests stand on: what its stand-ins do as kubelet and kube-proxy do it. */

const test = suite<{ cluster: Cluster }>('the test cluster')

test.before(async (context) => {
  context.cluster = await startCluster({ corefile: () => corefile('10.0.0.1') })
})
test.after(({ cluster }) => cluster?.stop())

const probe = 'probe.example'

/** Says which of its versions answers; `reload` looks each 2 s, without chance. */
const corefile = (address: string) => `.:53 {
    errors
    health {
        lameduck 2s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa
    hosts {
        ${address} ${probe}
        fallthrough
    }
    reload 2s 0s
}
`
const deployment = '/apis/apps/v1/namespaces/kube-system/deployments/coredns'

const patch = ({ client }: Cluster, path: string, body: object) =>
  client.request('PATCH', path, {
    contentType: 'application/merge-patch+json',
    body,
    signal: patience(),
  })

const roll = (cluster: Cluster, reason: string) =>
  patch(cluster, deployment, {
    spec: {
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { annotations: { reason } } },
    },
  })

const setCorefile = (cluster: Cluster, text: string) =>
  patch(cluster, '/api/v1/namespaces/kube-system/configmaps/coredns', { data: { Corefile: text } })

const addressOf = async (server: { address: string; port: number }) =>
  (await askDns(server, probe, 'A')).answers.join(' ')

test('CoreDNS serves the Services of the API server, each pod and by its Service', async ({
  cluster,
}) => {
  const pods = await cluster.pods()
  assert.is(pods.length, 2)
  for (const server of [cluster.dns, ...pods]) {
    const { answers } = await askDns(server, 'kubernetes.default.svc.cluster.local', 'A')
    assert.equal(answers, [`A ${cluster.network.api}`])
  }
})

test('a change of the Deployment rolls one pod after the other, and no question fails', async ({
  cluster,
}) => {
  const before = new Set((await cluster.pods()).map(({ name }) => name))
  const load = startDnsLoad({
    ...cluster.dns,
    perSecond: 200,
    next: () => ({ host: probe, addresses: ['10.0.0.1'] }),
  })
  await roll(cluster, 'first')
  await cluster.rolledOut()
  const { asked, failures } = await load.stop()
  assert.equal(failures, [])
  assert.ok(asked > 500, `${asked} were asked`)
  const after = await cluster.pods()
  assert.is(after.length, 2)
  assert.ok(after.every(({ name }) => !before.has(name)))
})

test('a changed ConfigMap reaches the file in the pods, and CoreDNS takes it over', async ({
  cluster,
}) => {
  await setCorefile(cluster, corefile('10.0.0.2'))
  for (const pod of await cluster.pods())
    await eventually(async () => assert.is(await addressOf(pod), 'A 10.0.0.2'))
})

test('a Corefile that CoreDNS refuses keeps the new pod unready, and the old ones answer', async ({
  cluster,
}) => {
  const before = await cluster.pods()
  await setCorefile(cluster, 'this is no plugin {')
  await roll(cluster, 'second')
  const found = await eventually(async () => {
    const [pod] = (await cluster.pods()).filter(({ name }) => !before.some((b) => b.name === name))
    assert.ok((pod?.object.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2)
    return pod
  })
  assert.is(found?.ready, false)
  assert.is((await cluster.pods()).filter(({ ready }) => ready).length, 2)
  for (let asked = 0; asked < 20; asked++) assert.is(await addressOf(cluster.dns), 'A 10.0.0.2')

  await setCorefile(cluster, corefile('10.0.0.3'))
  await cluster.rolledOut()
  assert.is(await addressOf(cluster.dns), 'A 10.0.0.3')
})

test('a pod waits for a Secret that it mounts, and has it where it asked for it', async ({
  cluster,
}) => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'late', namespace: 'kube-system' },
  }
  const mount = { name: 'late', mountPath: '/etc/kubernetes/pki/late' }
  await patch(cluster, deployment, {
    spec: {
      template: {
        spec: {
          volumes: [
            { name: 'config-volume', configMap: { name: 'coredns' } },
            { name: 'late', secret: { secretName: 'late' } },
          ],
          containers: [
            {
              name: 'coredns',
              image: 'coredns',
              args: ['-conf', '/etc/coredns/Corefile'],
              volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns' }, mount],
              readinessProbe: { httpGet: { path: '/ready', port: 8181 } },
            },
          ],
        },
      },
    },
  })
  await eventually(async () => {
    const states = (await cluster.pods()).map(({ object }) => JSON.stringify(object.status))
    assert.match(states.join('\n'), /secrets\/late.*not found/)
  })
  const text = `${corefile('10.0.0.4').replace('hosts {', 'hosts /etc/kubernetes/pki/late/hosts {')}`
  await setCorefile(cluster, text.replace(`10.0.0.4 ${probe}\n`, ''))
  await cluster.apply({ ...secret, stringData: { hosts: `10.0.0.5 ${probe}\n` } })
  await cluster.rolledOut()
  assert.is(await addressOf(cluster.dns), 'A 10.0.0.5')
})

test('nothing of it is left at the end', async ({ cluster }) => {
  const { supervisor, network, directory } = cluster
  const left = { directory, link: network.link, pids: processesOf(supervisor.watchdogPid) }
  assert.ok(left.pids.length >= 8, 'three servers, two pods of two processes each, the network')
  assert.ok(network.link in networkInterfaces())
  await cluster.stop()
  await isGone(left)
})

test('nothing of it is left when it is killed', async () => {
  const file = path.join(import.meta.dirname, 'cluster', 'start-cluster.ts')
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const left = await firstLine<Left>(child)
    assert.ok(left.pids.every(isAlive))
    assert.ok(left.link in networkInterfaces())
    await killAndWait(child)
    await isGone(left)
  } finally {
    await killAndWait(child)
  }
})

interface Left {
  readonly directory: string
  readonly link: string
  readonly pids: readonly number[]
}

const isGone = ({ directory, link, pids }: Left) =>
  eventually(() => {
    assert.equal(pids.filter(isAlive), [])
    assert.not(link in networkInterfaces())
    assert.not(existsSync(directory))
  })

test.run()
