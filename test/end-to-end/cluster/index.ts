import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Etcd, startEtcd } from '../../../deploy/local/etcd.ts'
import { type KubeApiserver, startKubeApiserver } from '../../../deploy/local/kube-apiserver.ts'
import { lastLines } from '../../../deploy/local/last-lines.ts'
import { type Supervisor, startSupervisor } from '../../../deploy/local/supervisor.ts'
import { until } from '../../../deploy/local/until.ts'
import { connectKubernetes, type KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { systemClock } from '../../../runtime/clock.ts'
import { messageOf } from '../../../runtime/errors.ts'
import { applyManifest, type Manifest } from '../../../runtime/manifests.ts'
import { realServers } from '../../deploy/local/fixtures/real-servers.ts'
import type { DnsServer } from '../../support/dns-question.ts'
import { patience } from '../world.ts'
import { startControllerManager } from './controller-manager.ts'
import { createEtcdPki, type EtcdPki } from './etcd-tls.ts'
import { startKubeProxy } from './kube-proxy.ts'
import { kubeadmManifests } from './kubeadm.ts'
import { startKubelet } from './kubelet.ts'
import { createNetwork, type Network } from './network.ts'
import type { Timing } from './pod.ts'
import { isReady, type Pod } from './pod-object.ts'
import { isRolledOut } from './rollout.ts'

/**
 * A cluster of one node with CoreDNS as kubeadm installs it.
 *
 * Real are etcd, kube-apiserver, kube-controller-manager (so Deployments roll and EndpointSlices follow) and CoreDNS,
 * one process a Pod, each in a network of its own and with the files that its Pod mounts. Stand-ins of ours are:
 * - kubelet (kubelet.ts): ConfigMaps, Secrets, readiness probe, restarts, the end of a pod with its grace; not liveness
 *   probes, resources, security contexts, and no container images: `/coredns` is the program we built.
 * - kube-scheduler (kubelet.ts): there is one node.
 * - kube-proxy (kube-proxy.ts): the Services `kubernetes` and `kube-dns`, by forwarders instead of the kernel.
 */
export interface Cluster extends AsyncDisposable {
  readonly directory: string
  readonly supervisor: Supervisor
  readonly network: Network
  /** At the node's address, so that pods reach it. */
  readonly etcd: Etcd
  /** If it was asked for. */
  readonly etcdPki: EtcdPki | undefined
  readonly apiserver: KubeApiserver
  /** Of the administrator. */
  readonly client: KubernetesClient
  /** The Service `kube-dns`, for UDP and TCP. */
  readonly dns: DnsServer
  /** CoreDNS's pods. */
  pods(): Promise<readonly CoreDnsPod[]>
  apply(...manifests: readonly Manifest[]): Promise<void>
  /**
   * Resolves once every replica of CoreDNS is of the newest template and ready, no other is left, and questions to
   * the Service go to just these.
   */
  rolledOut(withinMs?: number): Promise<void>
  /** With nothing left. May be called twice. */
  stop(): Promise<void>
}

export interface CoreDnsPod extends DnsServer {
  readonly name: string
  /** For new questions: ready and not about to end. */
  readonly ready: boolean
  readonly object: Pod
}

export interface ClusterOptions {
  /** Default: kubeadm's. */
  readonly corefile?: (etcdEndpoint: string) => string
  /** Default: 2, as kubeadm has it. */
  readonly replicas?: number
  /** Whether etcd takes client certificates only; default false. */
  readonly etcdTls?: boolean
  /** What is applied instead of CoreDNS's manifests. */
  readonly manifests?: (
    kubeadms: readonly Manifest[],
    etcd: { readonly endpoint: string; readonly pki: EtcdPki | undefined },
  ) => readonly Manifest[]
  readonly timing?: Partial<Timing>
}

const usualTiming: Timing = { probeMs: 100, syncMs: 500, restartMs: 250 }

/** Resolves once CoreDNS answers by its Service. @throws Error if that can't be done here, and says why */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { corefile, replicas = 2, etcdTls = false, manifests = (kubeadms) => kubeadms } = options
  const servers = await realServers(['etcd', 'kubeApiserver', 'coredns', 'kubeControllerManager'])
  const directory = mkdtempSync(path.join(tmpdir(), 'k2s-dns-cluster-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const closing: (() => Promise<void>)[] = [() => supervisor.stop()]
  async function stop(): Promise<void> {
    for (let close = closing.pop(); close; close = closing.pop()) await close()
  }
  try {
    const network = await createNetwork(supervisor)
    const { node } = network
    const etcdPki = etcdTls ? createEtcdPki(path.join(directory, 'pki'), [node]) : undefined
    const endpoint = `${etcdTls ? 'https' : 'http'}://${node}:2379`
    const etcd = await startEtcd({
      ...servers,
      supervisor,
      endpoint,
      ...(etcdPki && { tls: etcdPki.server }),
    })
    const apiserver = await startKubeApiserver({
      ...servers,
      supervisor,
      address: node,
      etcd: { endpoint, ...(etcdPki && { tls: etcdPki.admin }) },
      args: [`--service-cluster-ip-range=${network.services}`],
    })
    const client = connectKubernetes(apiserver.adminKubeconfig, systemClock)
    await startControllerManager({ ...servers, supervisor, apiserver, client })
    const apply = async (...wanted: readonly Manifest[]) => {
      for (const manifest of wanted) await applyManifest(client, manifest, patience())
    }
    const kubeadms = kubeadmManifests({
      dns: network.dns,
      replicas,
      corefile: corefile?.(endpoint),
    })
    await apply(...manifests(kubeadms, { endpoint, pki: etcdPki }))

    const api = await startKubeProxy(client, 'default', 'kubernetes')
    closing.push(() => api.close())
    const kubeDns = await startKubeProxy(client, 'kube-system', 'kube-dns')
    closing.push(() => kubeDns.close())
    const kubelet = await startKubelet({
      supervisor,
      network,
      client,
      program: servers.coredns,
      ca: authorityOf(apiserver),
      timing: { ...usualTiming, ...options.timing },
    })
    closing.push(() => kubelet.stop())
    const pods = () => coreDnsPods(client)
    const rolledOut = (deadlineMs = 60_000) =>
      until(
        'rolled out',
        async (signal) => {
          if (!(await isRolledOut(client, signal))) return false
          const all = await pods()
          const addresses = all.map(({ address }) => address).toSorted()
          return (
            all.every(({ ready }) => ready) &&
            isDeepStrictEqual(addresses, kubeDns.ready().toSorted())
          )
        },
        { deadlineMs },
      ).catch(async (error: unknown) => {
        throw new Error(`${messageOf(error)}\n${describePods(await pods(), directory)}`, {
          cause: error,
        })
      })
    await rolledOut()

    return {
      directory,
      supervisor,
      network,
      etcd,
      etcdPki,
      apiserver,
      client,
      dns: { address: network.dns, port: 53 },
      pods,
      apply,
      rolledOut,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function authorityOf({ adminKubeconfig }: KubeApiserver): string {
  const config = JSON.parse(readFileSync(adminKubeconfig, 'utf8')) as {
    clusters: [{ cluster: { 'certificate-authority-data': string } }] // written by deploy/local
  }
  return Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()
}

async function coreDnsPods(client: KubernetesClient): Promise<readonly CoreDnsPod[]> {
  const { items } = await client.request<{ items: Pod[] }>(
    'GET',
    '/api/v1/namespaces/kube-system/pods',
    { query: { labelSelector: 'k8s-app=kube-dns' }, signal: patience() },
  )
  return items.map((object) => ({
    name: object.metadata.name,
    address: object.status?.podIP ?? '',
    port: 53,
    ready: isReady(object),
    object,
  }))
}

/** Each with the end of its log, for whoever wonders why it isn't ready. */
const describePods = (pods: readonly CoreDnsPod[], directory: string): string =>
  pods
    .map(({ name, object: { status } }) => {
      const log = lastLines(path.join(directory, `${name}.log`))
      return `${name}: ${JSON.stringify(status?.containerStatuses?.[0]?.state ?? status)}\n${log}`
    })
    .join('\n')
