import { execFile } from 'node:child_process'
import path from 'node:path'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')

/** Runs `k2s-dns` with these arguments to its end. */
export const k2sDns = (...args: string[]): Promise<Ran> =>
  k2sDnsUntil(new AbortController().signal, ...args)

/** The same, or until the signal aborts: `kill -9`. */
export const k2sDnsUntil = (signal: AbortSignal, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] }
    const options = { env, timeout: 240_000, signal, killSignal: 'SIGKILL' } as const
    const child = execFile(process.execPath, [main, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
