import path from 'node:path'
import type { CoreDns } from './coredns.ts'
import { freePorts } from './free-ports.ts'
import type { ServerProcess } from './server-process.ts'
import type { Stack } from './stack.ts'

/** `k2s-dns run` as a process of its own, with no more rights than its service account has. */
export interface Functions {
  /** Base URL of its HTTP server. */
  readonly url: string
  readonly port: number
  readonly process: ServerProcess
}

export interface FunctionsOptions {
  /** Unique in the stack; default `functions`. */
  readonly name?: string
  readonly zones: readonly string[]
  /** More flags of `k2s-dns run`. */
  readonly args?: readonly string[]
}

/** Where k2s-dns runs: a stack, or the parts of one that it needs. */
export type FunctionsStack = Pick<Stack, 'supervisor' | 'apiserver' | 'etcd'> & {
  readonly coredns: Pick<CoreDns, 'address' | 'port'>
}

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')

/**
 * How Node is to use memory: a larger young generation, so that a list of many objects dies in it, and an old
 * one that may only double between collections. The first sync of 10,000 ingresses peaks at two thirds of
 * what it takes without, in the same time. The command's own first line has them too.
 */
const nodeFlags = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--heap-growing-percent=100',
]

/** Resolves once it is ready: listed, and all of it in etcd. */
export async function startFunctions(
  stack: FunctionsStack,
  options: FunctionsOptions,
): Promise<Functions> {
  const { name = 'functions', zones, args = [] } = options
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const settings = {
    kubeconfig: stack.apiserver.functionsKubeconfig,
    'etcd.endpoints': stack.etcd.endpoint,
    'dns.zones': zones.join(','),
    'dns.servers': `${stack.coredns.address}:${stack.coredns.port}`,
    'http.port': String(port),
  }
  const flags = Object.entries(settings).map(([key, value]) => `--${key}=${value}`)
  const started = await stack.supervisor.start({
    name,
    command: process.execPath,
    args: [...nodeFlags, main, 'run', ...flags, ...args],
    ready: async (signal) => (await fetch(`${url}/readyz`, { signal })).ok,
  })
  return { url, port, process: started }
}
