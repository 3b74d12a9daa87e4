// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askDns } from '../support/dns-question.ts'
import { anIngress } from './an-ingress.ts'
import { type Cluster, k2sManifests, startCluster } from './cluster/index.ts'
import { eventually } from './eventually.ts'
import { type RunningFunctions, runningFunctions } from './functions.ts'
import { grantRights } from './world.ts'

/** k2s-dns beside a CoreDNS that is a Deployment of the cluster, as K2s sets it up: etcd with client certificates. */

const test = suite<{ cluster: Cluster; functions: RunningFunctions }>('CoreDNS of K2s')

test.before(async (context) => {
  const cluster = await startCluster({ etcdTls: true, manifests: k2sManifests })
  context.cluster = cluster
  await grantRights(cluster.client)
  context.functions = runningFunctions(
    { ...cluster, coredns: cluster.dns },
    { zones: ['cluster.local'], args: ['--profile=k2s', ...(cluster.etcdPki?.flags ?? [])] },
  )
  await context.functions.start()
})
test.after(({ cluster }) => cluster?.stop())

/** What the Service `kube-dns` and each of its pods say. */
async function answers({ dns, pods }: Cluster, name: string): Promise<ReadonlySet<string>> {
  const servers = [dns, ...(await pods())]
  const said = await Promise.all(servers.map((server) => askDns(server, name, 'A')))
  return new Set(said.map(({ rcode, answers }) => `${rcode} ${answers.join(', ')}`))
}

test('the names of Services and those of ingresses answer side by side', async ({ cluster }) => {
  const { name, namespace, spec } = anIngress('shop', 'shop.cluster.local')
  await cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x', namespace: 'web' },
      spec: { ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace },
      spec,
    },
  )
  await eventually(async () =>
    assert.equal(await answers(cluster, 'shop.cluster.local'), new Set(['NOERROR A 172.19.1.100'])),
  )
  const service = await answers(cluster, 'x.web.svc.cluster.local')
  assert.is(service.size, 1)
  assert.match([...service].join(), /^NOERROR A 198\.19\./)
  assert.equal(await answers(cluster, 'nobody.cluster.local'), new Set(['NXDOMAIN ']))
  assert.equal(await answers(cluster, 'nobody.web.svc.cluster.local'), new Set(['NXDOMAIN ']))
})

test.run()
