import type { Progress } from '../../deploy/local/progress.ts'
import type { Config, ConfigFile } from '../config.ts'
import type { Snapshot } from '../effects/records/snapshot.ts'
import type { CloudEvent } from '../events.ts'
import type { Examination } from '../examine-host.ts'
import type { Answer, Handled } from '../function.ts'
import type { Log } from '../log.ts'
import type { Plan } from '../plan.ts'

/** One command of `k2s-dns`. */
export interface Command {
  readonly name: string
  /** What may follow the name, as in `cluster start|stop`. */
  readonly operands?: string
  readonly summary: string
  readonly example: string
  /** Flags of its own, besides the settings; `kind` tells whether a value follows. */
  readonly flags?: Readonly<Record<string, Flag>>
  /**
   * @returns the exit code: 0 done, 1 failed, 2 wrongly called, 75 to be tried again (sysexits EX_TEMPFAIL);
   * others as its own summary or flags say
   * @throws GiveUp or RetryLater, told in one line
   */
  run(call: Call): Promise<number>
}

export interface Flag {
  readonly kind: 'boolean' | 'string'
  readonly description: string
}

/** What a command is given; it touches nothing global. */
export interface Call {
  readonly operands: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  /** Settings from flags, environment and file. */
  readonly config: Config
  /** The file among them. */
  readonly configFile: ConfigFile | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes a line for people, or a value for `--output json`. */
  readonly say: (text: string, value?: unknown) => void
  /** Says how far something long has come. */
  readonly progress: Progress
  /** Aborts at SIGINT or SIGTERM. */
  readonly signal: AbortSignal
  readonly startInstance: StartInstance
  readonly readStore: ReadStore
  readonly planChanges: PlanChanges
  readonly composeHost: ComposeHost
}

/**
 * How an instance is started; only `main.ts` knows of what it is made.
 * @param configFile if it is to take over what changes there
 */
export type StartInstance = (
  config: Config,
  log: Log,
  signal: AbortSignal,
  configFile?: ConfigFile,
) => Promise<Instance>

/** Reads all that is stored, at one revision. @throws RetryLater if etcd does not answer */
export type ReadStore = (config: Config) => Promise<Snapshot>

/** What the function set would do to such a store, see {@link Plan}; it is not told to anyone. */
export type PlanChanges = (config: Config, snapshot: Snapshot, signal: AbortSignal) => Promise<Plan>

/** The function set at work, for one cluster and one record store. */
export interface Instance {
  /** Base URL of its HTTP server. */
  readonly url: string
  dispatch(event: CloudEvent<unknown>): Promise<readonly Handled[]>
  /**
   * Resolves once the world is listed and all of it has taken effect, or another replica sees to that.
   * Rejects if that can never be.
   */
  synced(signal: AbortSignal): Promise<void>
  /** Finishes what is queued, for at most `drainMs`, then stops. */
  close(): Promise<{ readonly left: number }>
}

/** How the host's part is put together; see {@link StartInstance}. */
export type ComposeHost = (config: Config, log: Log, signal: AbortSignal) => Promise<Host>

/** The functions of the host's part, for this host. */
export interface Host {
  /** Calls the one that takes the event; one event at a time, whichever process has it. */
  dispatch(event: CloudEvent<unknown>): Promise<Answer>
  /** Looks after the host until the signal aborts, then puts it back; it stays wanted. */
  keep(): Promise<void>
  examine(): Promise<Examination>
}
