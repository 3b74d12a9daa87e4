import { spawn } from 'node:child_process'
import { RetryLater } from '../errors.ts'

/** Runs a program of the host to its end; nothing goes through a shell. */
export type RunCommand = (
  program: string,
  args: readonly string[],
  options: RunOptions,
) => Promise<CommandResult>

export interface RunOptions {
  /** Written to its standard input, UTF-8. */
  readonly input?: string
  /** Default 10,000; it is killed then. */
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const maxOutputBytes = 4 * 1024 * 1024

/** @throws RetryLater if it can't be started (`cause.code` is ENOENT if there is no such program) or does not end in time */
export const runCommand: RunCommand = (program, args, { input, timeoutMs = 10_000, signal }) =>
  new Promise((resolve, reject) => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const child = spawn(program, args, { signal: until, killSignal: 'SIGKILL', windowsHide: true })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        if (output[stream].length < maxOutputBytes) output[stream] += text
      })
    }
    child.on('error', (cause) => {
      const why = until.aborted && !signal.aborted ? `no end after ${timeoutMs} ms` : cause.message
      reject(new RetryLater(`${program} ${args.join(' ')}: ${why}`, { cause }))
    })
    child.on('close', (code) => resolve({ code: code ?? -1, ...output }))
    child.stdin.on('error', () => undefined) // it did not read to the end: its exit code says more
    child.stdin.end(input)
  })
