import type { RunCommand } from '../../clients/command.ts'

/** Empties glibc's cache of hosts, on hosts that run it; other C libraries and programs without it keep nothing. */
export const flushNscd = (run: RunCommand, signal: AbortSignal): Promise<void> =>
  runIfThere(run, 'nscd', ['-i', 'hosts'], signal)

/** A program that not every host has. */
export async function runIfThere(
  run: RunCommand,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await run(program, args, { signal }).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error
  })
}
