/** JSON lines between the supervisor and its watchdog, which is why neither is validated. */

/** Supervisor to watchdog. Its stdin's end asks for the end of all. */
export type Order =
  | { readonly do: 'start'; readonly name: string; readonly program: Program }
  /** SIGTERM, and SIGKILL after the program's `stopMs`. */
  | { readonly do: 'stop'; readonly name: string }
  | { readonly do: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** all of it: nothing is inherited */
  readonly env: Readonly<Record<string, string>>
  /** stdout and stderr are appended to it */
  readonly logFile: string
  readonly stopMs: number
}

/** Watchdog to supervisor. */
export type Report =
  | { readonly did: 'start'; readonly name: string; readonly pid: number }
  | { readonly did: 'fail'; readonly name: string; readonly reason: string }
  | { readonly did: 'exit'; readonly name: string; readonly exit: Exit }

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}
