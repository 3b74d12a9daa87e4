import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ServerPaths } from './build.ts'
import { type CoreDns, corefileOf, startCoreDns } from './coredns.ts'
import { type Etcd, startEtcd } from './etcd.ts'
import { type KubeApiserver, startKubeApiserver } from './kube-apiserver.ts'
import { type Supervisor, startSupervisor } from './supervisor.ts'

export interface StackOptions {
  /** The programs, from `ensureServers`. */
  readonly servers: ServerPaths
  /** The zones that CoreDNS answers for. */
  readonly zones: readonly string[]
  /** Stops the stack when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** For data and logs; default: a new folder of the system's, which goes with the stack. */
  readonly directory?: string
  readonly etcdArgs?: readonly string[]
  readonly kubeApiserverArgs?: readonly string[]
  /** Default: `corefileOf` the zones and etcd. */
  readonly corefile?: (port: number, etcdEndpoint: string) => string
}

/** etcd, a kube-apiserver that keeps its objects there, and a CoreDNS that reads its names there. */
export interface Stack extends AsyncDisposable {
  readonly directory: string
  /** Starts more processes that end with the stack. */
  readonly supervisor: Supervisor
  /** The process which sees to it that nothing is left. */
  readonly watchdogPid: number
  readonly etcd: Etcd
  readonly apiserver: KubeApiserver
  readonly coredns: CoreDns
  /** kube-apiserver first and etcd last; may be called twice. */
  stop(): Promise<void>
}

/**
 * Resolves once all three are ready.
 * @throws ServerFailed, with nothing left running; the signal's reason
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { servers, zones, signal, etcdArgs = [], kubeApiserverArgs = [] } = options
  signal?.throwIfAborted()
  const directory = options.directory ?? mkdtempSync(path.join(tmpdir(), 'k2s-dns-'))
  const removeDirectory = options.directory === undefined
  const supervisor = await startSupervisor({ directory, removeDirectory, signal })
  try {
    const etcd = await startEtcd({ ...servers, supervisor, args: etcdArgs })
    const { endpoint } = etcd
    const usual = (port: number) => corefileOf({ zones, endpoints: [endpoint] }, port)
    const corefile = (port: number) => options.corefile?.(port, endpoint) ?? usual(port)
    const [coredns, apiserver] = await Promise.all([
      startCoreDns({ ...servers, supervisor, corefile }),
      startKubeApiserver({ ...servers, supervisor, etcd, args: kubeApiserverArgs }),
    ])
    const { stop, watchdogPid } = supervisor
    return {
      directory,
      supervisor,
      watchdogPid,
      etcd,
      apiserver,
      coredns,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}
