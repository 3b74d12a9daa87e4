import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ServerPaths } from '../../../deploy/local/build.ts'
import { type Etcd, startEtcd } from '../../../deploy/local/etcd.ts'
import { type KubeApiserver, startKubeApiserver } from '../../../deploy/local/kube-apiserver.ts'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import { connectKubernetes, type KubernetesClient } from '../../../runtime/clients/kubernetes.ts'
import { systemClock } from '../../../runtime/clock.ts'
import { startControllerManager } from './controller-manager.ts'
import { createEtcdPki, type EtcdPki } from './etcd-tls.ts'
import type { Network } from './network.ts'

/** etcd, kube-apiserver and kube-controller-manager, the real ones, at the node's address: pods reach them. */
export interface ControlPlane {
  readonly etcd: Etcd
  /** If it was asked for. */
  readonly etcdPki: EtcdPki | undefined
  readonly apiserver: KubeApiserver
  /** PEM, of the API server. */
  readonly ca: string
  /** Of the administrator. */
  readonly client: KubernetesClient
}

export interface ControlPlaneOptions {
  readonly servers: ServerPaths<'etcd' | 'kubeApiserver' | 'kubeControllerManager'>
  readonly supervisor: Supervisor
  readonly network: Network
  /** Whether etcd takes client certificates only. */
  readonly etcdTls: boolean
}

export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { servers, supervisor, network, etcdTls } = options
  const { node: address, services } = network
  const folder = path.join(supervisor.directory, 'pki')
  const etcdPki = etcdTls ? createEtcdPki(folder, [address]) : undefined
  const endpoint = `${etcdTls ? 'https' : 'http'}://${address}:2379`
  const tls = etcdPki && { tls: etcdPki.server }
  const etcd = await startEtcd({ ...servers, supervisor, endpoint, ...tls })
  const apiserver = await startKubeApiserver({
    ...servers,
    supervisor,
    address,
    etcd: { endpoint, ...(etcdPki && { tls: etcdPki.admin }) },
    args: [`--service-cluster-ip-range=${services}`],
  })
  const client = connectKubernetes(apiserver.adminKubeconfig, systemClock)
  await startControllerManager({ ...servers, supervisor, apiserver, client })
  return { etcd, etcdPki, apiserver, ca: authorityOf(apiserver), client }
}

function authorityOf({ adminKubeconfig }: KubeApiserver): string {
  const config = JSON.parse(readFileSync(adminKubeconfig, 'utf8')) as {
    clusters: [{ cluster: { 'certificate-authority-data': string } }] // written by deploy/local
  }
  return Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()
}
