import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findOnPath } from '../../deploy/local/find-on-path.ts'
import type { Supervisor } from '../../deploy/local/supervisor.ts'
import { type CommandResult, type RunCommand, runCommand } from '../../runtime/clients/command.ts'
import { type FollowCommand, followCommand } from '../../runtime/clients/follow.ts'
import { ensurePackages, hostPackages } from './packages.ts'

/**
 * A Linux host of its own on this kernel: its network, its mounts, its processes, Debian's daemons. All of it is
 * gone with the supervisor.
 */
export interface Host {
  /** A file of the host, as it is reached from here. */
  path(file: string): string
  /** A program of the host, on the host. */
  readonly run: RunCommand
  readonly follow: FollowCommand
  /** Its standard output. @throws Error unless it ends with exit code 0 */
  sh(script: string): Promise<string>
  daemon(spec: DaemonSpec): Promise<Daemon>
  readonly signal: AbortSignal
}

export interface DaemonSpec {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  /** A shell command that succeeds once it can be used. */
  readonly ready: string
}

export interface Daemon {
  readonly logFile: string
  /** Resolves once it is ready. */
  start(): Promise<void>
  /** SIGTERM, and its end. */
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('./namespace.sh', import.meta.url))
const searched = '/usr/sbin:/usr/bin:/sbin:/bin'

/** @throws Error in one line where this machine can't have such hosts */
export async function startHost(supervisor: Supervisor): Promise<Host> {
  if (process.getuid?.() !== 0 || !findOnPath('apt-get', searched)) {
    throw new Error(
      'the hosts of test/host need Linux, root, and Debian’s apt-get for their daemons',
    )
  }
  const packages = await ensurePackages(hostPackages, process.env)
  const scratch = path.join(supervisor.directory, 'scratch')
  mkdirSync(scratch)
  const pidFile = `${scratch}.pid`
  await supervisor.start({
    name: 'namespaces',
    command: 'unshare',
    args: ['--mount', '--net', '--pid', '--fork', '--kill-child', script, packages, scratch],
    env: { PATH: searched },
    stopMs: 1, // unshare passes over SIGTERM; killed, it takes all with it
    ready: async () => readFileSync(pidFile, 'utf8').endsWith('\n'),
  })
  const pid = readFileSync(pidFile, 'utf8').trim()
  const { signal } = new AbortController()

  /** It dies with the one who called it. */
  const inside = (words: readonly string[]) => [
    ...['--target', pid, '--mount', '--net', '--pid', '--'],
    ...['setpriv', '--pdeathsig', 'KILL', '--', ...words],
  ]
  const run: RunCommand = (program, args, options) =>
    runCommand('nsenter', inside([program, ...args]), options)

  const host: Host = {
    path: (file) => `/proc/${pid}/root${file}`,
    run,
    follow: (program, args, until) => followCommand('nsenter', inside([program, ...args]), until),
    async sh(text) {
      const result = await run('sh', ['-euc', text], { signal, timeoutMs: 30_000 })
      if (result.code === 0) return result.stdout
      throw new Error(`${text}: ${describe(result)}`)
    },
    async daemon({ name, command, ready }) {
      const pidFile = `/run/${name}.pid`
      const noted = ['sh', '-euc', `echo $$ >${pidFile}; exec "$@"`, name, ...command]
      const server = await supervisor.start({
        name,
        command: 'nsenter',
        args: inside(noted),
        env: { PATH: searched },
        ready: async (until) => {
          const { code } = await run('sh', ['-euc', ready], { signal: until })
          return code === 0
        },
      })
      return {
        logFile: server.logFile,
        start: () => server.start(),
        async stop() {
          await host.sh(`kill $(cat ${pidFile})`) // one that has changed its user does not die with nsenter
          await server.exited
        },
      }
    },
    signal,
  }
  return host
}

const describe = ({ code, stdout, stderr }: CommandResult) =>
  `exit code ${code}. ${stdout}${stderr}`

/** Writes a file of the host, with the folders above it. */
export function put(host: Host, file: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(host.path(file)), { recursive: true })
  writeFileSync(host.path(file), text, { mode })
}
