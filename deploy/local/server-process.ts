import { lastLines } from './last-lines.ts'
import { until } from './until.ts'
import type { Exit, Order, Program, Report } from './watchdog-protocol.ts'

/** What runs and how one sees that it can be used. */
export interface ServerSpec {
  /** Unique in a supervisor; its log is `<name>.log` in the supervisor's directory. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** All of its environment, since nothing is inherited; default: empty. */
  readonly env?: Readonly<Record<string, string>>
  /** From SIGTERM to SIGKILL; default 5,000. */
  readonly stopMs?: number
  /** Whether it can be used now. Asked again and again; a failure counts as no. */
  ready(signal: AbortSignal): Promise<boolean>
  /** From the start to its being ready; default 30,000. */
  readonly readyMs?: number
}

/** A server that can be stopped and started again, with the same arguments, as often as one likes. */
export interface ServerProcess {
  readonly name: string
  readonly logFile: string
  /** Of the run at hand, or the last one; 0 until it is known. */
  readonly pid: number
  readonly running: boolean
  /** How the run at hand ends, or the last one ended. Never rejects. */
  readonly exited: Promise<Exit>
  /** Resolves once it is ready. @throws ServerFailed; Error if it runs already */
  start(): Promise<void>
  /** SIGTERM, and after `stopMs` SIGKILL; at once if it doesn't run. */
  stop(): Promise<Exit>
  restart(): Promise<void>
  /** Sends a signal and doesn't wait: `SIGKILL`, `SIGSTOP`, `SIGCONT`, … */
  kill(signal: NodeJS.Signals): void
}

/** A server did not become ready. The message ends with the last lines of its log. */
export class ServerFailed extends Error {
  override readonly name = 'ServerFailed'
}

interface Run {
  readonly started: PromiseWithResolvers<number>
  readonly exited: PromiseWithResolvers<Exit>
  pid: number
  exit?: Exit
}

export interface Surroundings {
  readonly program: Program
  readonly send: (order: Order) => void
  readonly signal: AbortSignal
}

export function createServerProcess(
  { name, ready, readyMs = 30_000 }: ServerSpec,
  { program, send, signal }: Surroundings,
): ServerProcess & { onReport(report: Report): void } {
  let run: Run | undefined
  const current = () => {
    if (run) return run
    throw new Error(`${name} was never started`)
  }
  const { logFile } = program

  async function start(): Promise<void> {
    signal.throwIfAborted()
    if (run && !run.exit) throw new Error(`${name} runs already`)
    run = { started: Promise.withResolvers(), exited: Promise.withResolvers(), pid: 0 }
    const { started, exited } = run
    send({ do: 'start', name, program })
    const givenUp = new AbortController()
    try {
      run.pid = await started.promise
      const asked = { deadlineMs: readyMs, signal: AbortSignal.any([signal, givenUp.signal]) }
      await Promise.race([
        until('ready', ready, asked),
        exited.promise.then((exit) => {
          throw new Error(`ended ${describeExit(exit)} before it was ready`)
        }),
      ])
    } catch (cause) {
      await stop()
      signal.throwIfAborted()
      const why = cause instanceof Error ? cause.message : String(cause)
      const message = `${name}: ${why}. The end of its log:\n${lastLines(logFile)}`
      throw new ServerFailed(message, { cause })
    } finally {
      givenUp.abort()
    }
  }

  function stop(): Promise<Exit> {
    const { exit, exited } = current()
    if (!exit) send({ do: 'stop', name })
    return exited.promise
  }

  function onReport(report: Report): void {
    const { started, exited } = current()
    switch (report.did) {
      case 'start':
        started.resolve(report.pid)
        return
      case 'fail':
        started.reject(new Error(report.reason))
        ended({ code: null, signal: null })
        return
      case 'exit':
        ended(report.exit)
    }
    function ended(exit: Exit) {
      current().exit = exit
      started.reject(new Error('it was not started'))
      exited.resolve(exit)
    }
  }

  return {
    name,
    logFile,
    start,
    stop,
    async restart() {
      await stop()
      await start()
    },
    kill: (signalName) => send({ do: 'signal', name, signal: signalName }),
    get pid() {
      return current().pid
    },
    get running() {
      return run !== undefined && run.exit === undefined
    },
    get exited() {
      return current().exited.promise
    },
    onReport,
  }
}

const describeExit = ({ code, signal }: Exit) =>
  signal === null ? `with exit code ${code}` : `by ${signal}`
