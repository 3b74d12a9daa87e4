import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { RetryLater } from '../errors.ts'

/** Runs a program of the host that tells what happens there, a line each, until the signal. */
export type FollowCommand = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => AsyncIterable<string>

/** @throws RetryLater if it can't be started (`cause.code` is ENOENT if there is no such program) or ends by itself */
export const followCommand: FollowCommand = async function* (program, args, signal) {
  if (signal.aborted) return
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const failed = Promise.withResolvers<Error>()
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', failed.resolve)
  child.once('spawn', () => void closed.then(() => failed.resolve(new Error('it has ended'))))
  try {
    yield* createInterface({ input: child.stdout })
    if (signal.aborted) return
    const cause = await failed.promise
    throw new RetryLater(`${program} ${args.join(' ')}: ${cause.message}`, { cause })
  } finally {
    child.kill('SIGKILL')
    await closed
  }
}
