import { readFileSync } from 'node:fs'
import path from 'node:path'
import { freePorts } from '../../deploy/local/free-ports.ts'
import {
  type Functions,
  type FunctionsStack,
  startFunctions,
} from '../../deploy/local/functions.ts'
import type { CloudEvent } from '../../runtime/events.ts'

/** `k2s-dns run` as a process, and what it says of itself. */
export interface RunningFunctions {
  readonly url: string
  readonly port: number
  readonly running: boolean
  /** Flags that tell a command of the command line where everything is. */
  readonly flags: readonly string[]
  /** Starts it, or starts it again with other flags. Resolves once it is ready. */
  start(options?: Starting): Promise<void>
  stop(): Promise<void>
  /** `kill -9` */
  kill(): Promise<void>
  /** Stops it where it is, as SIGSTOP does. @returns what lets it go on */
  freeze(): () => void
  /** Of `/readyz`. */
  readiness(): Promise<Readiness>
  /** Of `/metrics`; 0 for what is not there. @param labels as written, `kind="Ingress"` */
  metric(name: string, labels?: string): Promise<number>
  /** Each line that it has logged since it was first started. */
  log(): readonly LogLine[]
  /** Sends an event in structured mode. */
  send(event: CloudEvent<unknown>, where?: string): Promise<Answer>
  post(where: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>
}

export interface Starting {
  readonly args?: readonly string[]
  /** Whether it is waited for until it is ready, or only until it is alive; default `ready`. */
  readonly until?: 'ready' | 'alive'
}

export interface Readiness {
  readonly status: number
  readonly role: 'leader' | 'standby' | undefined
  readonly reasons: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: string
}

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')
const askMs = 30_000

export interface FunctionsOptions {
  /** Unique in the stack; default `functions`. */
  readonly name?: string
  readonly zones: readonly string[]
  readonly args: readonly string[]
}

export function runningFunctions(
  stack: FunctionsStack & { readonly directory: string },
  { name = 'functions', zones, args: usualArgs }: FunctionsOptions,
): RunningFunctions {
  let current: Functions | undefined
  let lastArgs = usualArgs
  const logFile = path.join(stack.directory, `${name}.log`)
  const known = () => {
    if (current) return current
    throw new Error('the functions were never started')
  }
  const ask = (where: string, init: RequestInit = {}) =>
    fetch(`${known().url}${where}`, { ...init, signal: AbortSignal.timeout(askMs) })

  async function post(where: string, headers: Record<string, string>, body: string) {
    const answer = await ask(where, { method: 'POST', headers, body })
    const { status } = answer
    return { status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() }
  }

  return {
    get url() {
      return known().url
    },
    get port() {
      return known().port
    },
    get running() {
      return current?.process.running ?? false
    },
    get flags() {
      return [...flagsOf(stack, zones), ...lastArgs]
    },
    async start({ args, until = 'ready' } = {}) {
      if (current?.process.running) await current.process.stop()
      lastArgs = [...usualArgs, ...(args ?? [])]
      current =
        until === 'ready'
          ? await startFunctions(stack, { name, zones, args: lastArgs })
          : await startAlive(stack, { name, zones, args: lastArgs })
    },
    async stop() {
      await known().process.stop()
    },
    async kill() {
      const { process } = known()
      process.kill('SIGKILL')
      await process.exited
    },
    freeze() {
      const { process } = known()
      process.kill('SIGSTOP')
      return () => process.kill('SIGCONT')
    },
    async readiness() {
      const answer = await ask('/readyz')
      const { reasons, role } = (await answer.json()) as Readiness
      return { status: answer.status, role, reasons }
    },
    async metric(name, labels = '') {
      const text = await (await ask('/metrics')).text()
      const series = labels ? `${name}{${labels}}` : name
      const line = text.split('\n').find((each) => each.startsWith(`${series} `))
      return Number(line?.slice(series.length) ?? 0)
    },
    log: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as LogLine),
    send: (event, where = '/') =>
      post(where, { 'content-type': 'application/cloudevents+json' }, JSON.stringify(event)),
    post,
  }
}

const flagsOf = ({ apiserver, etcd, coredns }: FunctionsStack, zones: readonly string[]) => [
  `--kubeconfig=${apiserver.functionsKubeconfig}`,
  `--etcd.endpoints=${etcd.endpoint}`,
  `--dns.zones=${zones.join(',')}`,
  `--dns.servers=${coredns.address}:${coredns.port}`,
]

/** As `startFunctions`, for those that are not expected to become ready. */
async function startAlive(
  stack: FunctionsStack,
  { name, zones, args }: Required<FunctionsOptions>,
) {
  const [port = 0] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const process = await stack.supervisor.start({
    name,
    command: globalThis.process.execPath,
    args: [main, 'run', ...flagsOf(stack, zones), `--http.port=${port}`, ...args],
    ready: async (signal) => (await fetch(`${url}/healthz`, { signal })).ok,
  })
  return { url, port, process }
}
