import type { RunCommand } from '../../clients/command.ts'

/** Empties glibc's cache of hosts, where that is run; there is no other one on the way to resolv.conf. */
export async function flushNscd(run: RunCommand, signal: AbortSignal): Promise<void> {
  await run('nscd', ['-i', 'hosts'], { signal }).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error
  })
}
