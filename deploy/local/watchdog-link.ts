import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './watchdog-protocol.ts'

/** A watchdog at work. */
export interface WatchdogLink {
  readonly pid: number
  send(order: Order): void
  /** Resolves once the watchdog has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Has all servers stopped. Resolves with `ended`. */
  close(): Promise<void>
}

const program = fileURLToPath(new URL('./watchdog.ts', import.meta.url))

/** @throws Error if the process can't be started */
export async function startWatchdog(
  { directory, remove }: { readonly directory: string; readonly remove: boolean },
  onReport: (report: Report) => void,
): Promise<WatchdogLink> {
  const log = openSync(path.join(directory, 'watchdog.log'), 'a', 0o600)
  const watchdog = spawn(process.execPath, [program, ...(remove ? [directory] : [])], {
    cwd: '/',
    detached: true, // a session of its own
    env: {},
    stdio: ['pipe', 'pipe', log],
  }) as ChildProcessByStdio<Writable, Readable, null> // as stdio says
  closeSync(log)
  const ended = new Promise<void>((resolve) => watchdog.once('close', () => resolve()))
  watchdog.stdin.on('error', () => undefined) // it has ended, and `ended` tells so
  createInterface({ input: watchdog.stdout }).on('line', (line) => {
    onReport(JSON.parse(line) as Report) // written by watchdog.ts
  })
  await once(watchdog, 'spawn')

  return {
    pid: watchdog.pid as number, // it was spawned
    send: (order) => void watchdog.stdin.write(`${JSON.stringify(order)}\n`),
    ended,
    close() {
      watchdog.stdin.end()
      return ended
    },
  }
}
