import { join } from 'node:path'
import { freePort } from './ports.ts'
import type { Stack } from './stack.ts'
import type { ServerProcess } from './supervisor.ts'
import { until } from './wait.ts'

/** The functions as a process of their own, with the rights of their service account. */
export interface Functions {
  readonly url: string
  readonly port: number
  readonly process: ServerProcess
}

export interface FunctionsOptions {
  /** Unique name of the process in the stack; default `functions`. */
  readonly name?: string
  readonly zones: readonly string[]
  /** For objects without an address of their own. */
  readonly defaultTarget?: string
  /** More flags of `k2s-dns run`. */
  readonly args?: readonly string[]
  readonly signal: AbortSignal
}

const main = join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')

/** Starts `k2s-dns run` for a stack and resolves once it is ready. */
export async function startFunctions(stack: Stack, options: FunctionsOptions): Promise<Functions> {
  const { name = 'functions', zones, defaultTarget, args = [], signal } = options
  const port = await freePort()
  const settings = {
    kubeconfig: stack.apiserver.functionsKubeconfig,
    'etcd.endpoints': stack.etcd.endpoint,
    'dns.zones': zones.join(','),
    'dns.servers': stack.coredns.address,
    'http.port': String(port),
    ...(defaultTarget && { 'targets.default': defaultTarget }),
  }
  const flags = Object.entries(settings).map(([key, value]) => `--${key}=${value}`)
  const started = await stack.supervisor.start({
    name,
    command: process.execPath,
    args: [main, 'run', ...flags, ...args],
  })
  const url = `http://127.0.0.1:${port}`
  const functions = { url, port, process: started }
  await until(() => isReady(functions, signal), { what: 'k2s-dns is ready', signal })
  return functions
}

export const isReady = async ({ url }: Pick<Functions, 'url'>, signal: AbortSignal) =>
  (await fetch(`${url}/readyz`, { signal })).ok
