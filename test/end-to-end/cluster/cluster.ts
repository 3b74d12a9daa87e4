import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Supervisor, startSupervisor } from '../../../deploy/local/supervisor.ts'
import { applyManifest, type Manifest } from '../../../runtime/manifests.ts'
import { realServers } from '../../deploy/local/fixtures/real-servers.ts'
import type { DnsServer } from '../../support/dns-question.ts'
import { patience } from '../world.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type CoreDnsPod, listCoreDnsPods } from './coredns-pods.ts'
import type { EtcdPki } from './etcd-tls.ts'
import { startKubeProxy } from './kube-proxy.ts'
import { kubeadmManifests } from './kubeadm.ts'
import { startKubelet } from './kubelet.ts'
import { createNetwork, type Network } from './network.ts'
import type { Timing } from './pod.ts'
import { rolledOut } from './rollout.ts'

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
export interface Cluster extends ControlPlane, AsyncDisposable {
  readonly directory: string
  readonly supervisor: Supervisor
  readonly network: Network
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

export interface ClusterOptions {
  /** Default: kubeadm's. */
  readonly corefile?: (etcdEndpoint: string) => string
  /** Default: 2, as kubeadm has it. */
  readonly replicas?: number
  /** Whether etcd takes client certificates only; default false. */
  readonly etcdTls?: boolean
  /** What is applied instead of CoreDNS's manifests. */
  readonly manifests?: ManifestsFor
  readonly timing?: Partial<Timing>
}

/** What else CoreDNS may be, made from what kubeadm makes it. */
export type ManifestsFor = (
  kubeadms: readonly Manifest[],
  etcd: {
    /** Address of the node. */
    readonly node: string
    readonly endpoint: string
    readonly pki: EtcdPki | undefined
  },
) => readonly Manifest[]

const usualTiming: Timing = { probeMs: 100, syncMs: 500, restartMs: 250 }

/** Resolves once CoreDNS answers by its Service. @throws Error if that can't be done here, and says why */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { corefile, replicas = 2, etcdTls = false, manifests = (kubeadms) => kubeadms } = options
  const servers = await realServers(['etcd', 'kubeApiserver', 'coredns', 'kubeControllerManager'])
  const directory = mkdtempSync(path.join(tmpdir(), 'k2s-dns-cluster-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const closing: (() => Promise<void>)[] = [() => supervisor.stop()]
  async function closeAll(): Promise<void> {
    for (const close of closing.toReversed()) await close()
  }
  let closed: Promise<void> | undefined
  const stop = () => (closed ??= closeAll())
  try {
    const network = await createNetwork(supervisor)
    const controlPlane = await startControlPlane({ servers, supervisor, network, etcdTls })
    const { client, ca, etcdPki: pki } = controlPlane
    const { endpoint } = controlPlane.etcd
    const apply = async (...wanted: readonly Manifest[]) => {
      for (const manifest of wanted) await applyManifest(client, manifest, patience())
    }
    const kubeadms = kubeadmManifests({
      dns: network.dns,
      replicas,
      corefile: corefile?.(endpoint),
    })
    await apply(...manifests(kubeadms, { node: network.node, endpoint, pki }))

    const api = await startKubeProxy(client, 'default', 'kubernetes')
    closing.push(() => api.close())
    const kubeDns = await startKubeProxy(client, 'kube-system', 'kube-dns')
    closing.push(() => kubeDns.close())
    const kubelet = await startKubelet({
      supervisor,
      network,
      client,
      program: servers.coredns,
      ca,
      timing: { ...usualTiming, ...options.timing },
    })
    closing.push(() => kubelet.stop())
    const untilRolledOut = (withinMs = 60_000) =>
      rolledOut({ client, kubeDns, directory, withinMs })
    await untilRolledOut()

    return {
      directory,
      supervisor,
      network,
      ...controlPlane,
      dns: { address: network.dns, port: 53 },
      pods: () => listCoreDnsPods(client),
      apply,
      rolledOut: untilRolledOut,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
