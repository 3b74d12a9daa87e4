import * as assert from 'uvu/assert'
import { applyManifest } from '../../runtime/manifests.ts'
import { type DnsLoad, startDnsLoad } from '../support/dns-load.ts'
import { askDns } from '../support/dns-question.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { type Cluster, startCluster } from './cluster/index.ts'
import { type CoreDnsObjects, corednsObjects, type State } from './coredns-objects.ts'
import type { Scene } from './coredns-scenes.ts'
import { eventually } from './eventually.ts'
import { type RunningFunctions, runningFunctions } from './functions.ts'
import { grantRights, patience } from './world.ts'

/** A cluster with pods of CoreDNS, and k2s-dns beside it, which is not started yet. */
export interface CoreDnsWorld {
  readonly scene: Scene
  readonly cluster: Cluster
  readonly objects: CoreDnsObjects
  readonly functions: RunningFunctions
  /** Flags of what is on the way to the API server and to etcd. */
  readonly flags: readonly string[]
  /** 200 questions a second to the Service, for Kubernetes' own names and these of ours. */
  ask(ours: readonly string[]): DnsLoad
  /** Each pod and the Service answer these, and Kubernetes' own names. */
  answers(ours: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const kubernetes = 'kubernetes.default.svc.cluster.local'

export async function startCoreDnsWorld(scene: Scene): Promise<CoreDnsWorld> {
  const cluster = await startCluster(scene.cluster)
  try {
    return await worldOn(scene, cluster)
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function worldOn(scene: Scene, cluster: Cluster): Promise<CoreDnsWorld> {
  const { client, dns, network, etcdPki, directory, supervisor, apiserver, etcd } = cluster
  await grantRights(client)
  for (const [index, host] of scene.served.entries()) {
    const { name, namespace, spec } = anIngress(`i${index}`, host)
    const metadata = { name, namespace }
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec }
    await applyManifest(client, ingress, patience())
  }
  const pair = etcdPki?.make('k2s-dns', { by: etcdPki.ca })
  const flags = [
    `--targets.default=${usualTarget}`,
    '--dns.servers=',
    ...(etcdPki && pair
      ? [
          `--etcd.ca=${etcdPki.ca.certFile}`,
          `--etcd.cert=${pair.certFile}`,
          `--etcd.key=${pair.keyFile}`,
        ]
      : []),
  ]
  const stack = { directory, supervisor, apiserver, etcd, coredns: dns }
  const wanted = (host: string) => (host === kubernetes ? network.api : usualTarget)

  return {
    scene,
    cluster,
    objects: corednsObjects(client),
    functions: runningFunctions(stack, { zones: scene.zones, args: flags }),
    flags,
    ask(ours) {
      const hosts = [kubernetes, ...ours]
      let asked = 0
      const next = () => {
        const host = hosts[asked++ % hosts.length] ?? kubernetes
        return { host, addresses: [wanted(host)] }
      }
      return startDnsLoad({ ...dns, perSecond: 200, next })
    },
    async answers(ours) {
      for (const host of [kubernetes, ...ours]) {
        for (const server of [dns, ...(await cluster.pods()).filter(({ ready }) => ready)]) {
          await eventually(async () => {
            const { answers } = await askDns(server, host, 'A')
            assert.equal(answers, [`A ${wanted(host)}`], `${host} at ${server.address}`)
          })
        }
      }
    },
    stop: () => cluster.stop(),
  }
}

/** The one thing that is not put back. */
export function withoutCaKey({ secrets, ...others }: State): State {
  const { 'etcd-ca': ca, ...more } = secrets
  return { ...others, secrets: { ...more, ...(ca && { 'etcd-ca': { ...ca, 'tls.key': '' } }) } }
}

/** Of the questions that are asked meanwhile, and a second more, none fails. */
export async function withoutFailure(load: DnsLoad, then: () => Promise<void>): Promise<void> {
  try {
    await then()
    const { asked } = load
    await eventually(() => assert.ok(load.asked > asked + 200))
  } finally {
    const { asked, failures } = await load.stop()
    assert.equal(failures.slice(0, 5), [], `${failures.length} of ${asked}`)
  }
}
