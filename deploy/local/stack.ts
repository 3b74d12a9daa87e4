import type { Servers } from './build.ts'
import {
  type CoreDns,
  type Etcd,
  type KubeApiserver,
  startCoreDns,
  startEtcd,
  startKubeApiserver,
} from './servers.ts'
import { startSupervisor, type Supervisor } from './supervisor.ts'

/** A control plane and a DNS server on this machine, reachable from this machine only. */
export interface Stack {
  readonly supervisor: Supervisor
  readonly etcd: Etcd
  readonly apiserver: KubeApiserver
  readonly coredns: CoreDns
  /** Stops all, in order, and removes their data. May be called twice. */
  stop(): Promise<void>
}

export interface StackOptions {
  readonly programs: Servers
  /** Zones that CoreDNS serves from etcd. */
  readonly zones: readonly string[]
  readonly signal: AbortSignal
}

export async function startStack({ programs, zones, signal }: StackOptions): Promise<Stack> {
  const supervisor = await startSupervisor()
  try {
    const etcd = await startEtcd(supervisor, programs.etcd, signal)
    const { endpoint } = etcd
    const [apiserver, coredns] = await Promise.all([
      startKubeApiserver(supervisor, programs.kubeApiserver, { etcd: endpoint, signal }),
      startCoreDns(supervisor, programs.coredns, { etcd: endpoint, zones, signal }),
    ])
    return { supervisor, etcd, apiserver, coredns, stop: () => supervisor.stop() }
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}
