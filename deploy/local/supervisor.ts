import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { GiveUp } from '../../runtime/errors.ts'

export type ToWatchdog =
  | ({ readonly do: 'start'; readonly logFile: string } & ServerSpec)
  | { readonly do: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }

export type FromWatchdog =
  | { readonly said: 'started'; readonly name: string; readonly pid: number }
  | { readonly said: 'failed'; readonly name: string; readonly message: string }
  | {
      readonly said: 'exited'
      readonly name: string
      readonly code: number | null
      readonly signal: string | null
    }

export interface ServerSpec {
  /** Unique among those that run. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface ServerProcess {
  readonly pid: number
  /** Resolves with how it ended, once it has. */
  readonly exited: Promise<string>
  signal(signal: NodeJS.Signals): void
  /** The last lines it wrote. */
  lastWords(): Promise<string>
}

/** Starts servers that can't outlive this process, however it ends. */
export interface Supervisor {
  /** Private folder of the servers' data and logs; gone after {@link Supervisor.stop}. */
  readonly folder: string
  /** @throws GiveUp if the program can't be started */
  start(spec: ServerSpec): Promise<ServerProcess>
  /** Stops all servers, the last started first. May be called twice. */
  stop(): Promise<void>
}

export async function startSupervisor(): Promise<Supervisor> {
  const folder = await mkdtemp(join(tmpdir(), 'k2s-dns-')) // mode 0700
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  await once(watchdog, 'spawn')
  const ended = once(watchdog, 'exit')
  const heard = new EventEmitter<Record<string, [FromWatchdog]>>()
  createInterface({ input: watchdog.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as FromWatchdog // written by our watchdog
    heard.emit(`${message.said === 'exited' ? 'end' : 'begin'} ${message.name}`, message)
  })
  const order = (message: ToWatchdog) => watchdog.stdin.write(`${JSON.stringify(message)}\n`)

  return {
    folder,
    async start(spec) {
      const logFile = join(folder, `${spec.name}.log`)
      const exited = once(heard, `end ${spec.name}`).then(([message]) => describe(message))
      const begun = once(heard, `begin ${spec.name}`)
      order({ do: 'start', ...spec, logFile })
      const [message] = await Promise.race([begun, ended.then(() => [undefined])])
      if (message?.said !== 'started') {
        throw new GiveUp(`${spec.command} can't be started: ${message?.message ?? 'the watchdog ended'}`)
      }
      return {
        pid: message.pid,
        exited,
        signal: (signal) => order({ do: 'signal', name: spec.name, signal }),
        lastWords: async () => (await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join('\n'),
      }
    },
    async stop() {
      watchdog.stdin.end()
      await ended
    },
  }
}

const describe = (message: FromWatchdog): string =>
  message.said === 'exited' ? `exit code ${message.code ?? message.signal}` : message.said
