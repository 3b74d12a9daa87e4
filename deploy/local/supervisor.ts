import path from 'node:path'
import { findOnPath } from './find-on-path.ts'
import { createServerProcess, type ServerProcess, type ServerSpec } from './server-process.ts'
import { startWatchdog } from './watchdog-link.ts'
import type { Program, Report } from './watchdog-protocol.ts'

/**
 * Starts servers and sees to it that none of them is left, however this process ends: the servers
 * are children of a watchdog, whose only tie to us is a pipe that closes with us.
 */
export interface Supervisor {
  readonly directory: string
  readonly watchdogPid: number
  /** Resolves once the server is ready. @throws ServerFailed */
  start(spec: ServerSpec): Promise<ServerProcess>
  /** Stops all, in the reverse of the order in which they were first started; may be called twice. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface SupervisorOptions {
  /** Exists and is ours alone; logs go there. */
  readonly directory: string
  /** Whether the directory goes when the servers have gone, also after a crash; default false. */
  readonly removeDirectory?: boolean
  /** Stops all when it aborts. */
  readonly signal?: AbortSignal | undefined
}

const defaultStopMs = 5_000

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { directory, removeDirectory = false, signal } = options
  signal?.throwIfAborted()
  type Server = ReturnType<typeof createServerProcess>
  const servers = new Map<string, Server>()
  const stopping = new AbortController()
  const watchdog = await startWatchdog({ directory, remove: removeDirectory }, (report) =>
    servers.get(report.name)?.onReport(report),
  )
  const ended = watchdog.ended.then(() => {
    stopping.abort(new Error('the servers were stopped'))
    for (const server of servers.values()) bury(server)
  })

  function stop(): Promise<void> {
    stopping.abort(signal?.reason ?? new Error('the servers are being stopped'))
    signal?.removeEventListener('abort', onAbort)
    void watchdog.close()
    return ended
  }
  const onAbort = () => void stop()
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()

  return {
    directory,
    watchdogPid: watchdog.pid,
    async start(spec) {
      if (servers.get(spec.name)?.running) throw new Error(`${spec.name} runs already`)
      const program = programOf(spec, directory)
      const server = createServerProcess(spec, {
        program,
        send: watchdog.send,
        signal: stopping.signal,
      })
      servers.set(spec.name, server)
      await server.start()
      return server
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/**
 * The watchdog has ended and has reported all exits. Unless it was killed: then `setpriv` has seen
 * to its servers, and where there is none we do.
 */
function bury(server: ServerProcess & { onReport(report: Report): void }): void {
  const { name, running } = server
  if (!running) return
  try {
    if (server.pid > 0) process.kill(server.pid, 'SIGKILL')
  } catch {
    // it is gone
  }
  server.onReport({ did: 'exit', name, exit: { code: null, signal: 'SIGKILL' } })
}

/** On Linux the kernel kills the servers with the watchdog, should that be killed by `kill -9`. */
function programOf(spec: ServerSpec, directory: string): Program {
  const { name, command, args, env = {}, stopMs = defaultStopMs } = spec
  const setpriv = process.platform === 'linux' ? findOnPath('setpriv', '/usr/bin:/bin') : undefined
  const logFile = path.join(directory, `${name}.log`)
  return setpriv
    ? {
        command: setpriv,
        args: ['--pdeathsig', 'KILL', '--', command, ...args],
        env,
        logFile,
        stopMs,
      }
    : { command, args, env, logFile, stopMs }
}
