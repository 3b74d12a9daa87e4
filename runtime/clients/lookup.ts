import { z } from 'zod'
import { RetryLater } from '../errors.ts'
import type { RunCommand } from './command.ts'

/** How to run ourselves once more. */
export interface SelfCommand {
  readonly program: string
  readonly args: readonly string[]
}

/**
 * Asks as any program on this host does (getaddrinfo), by `k2s-dns lookup` in a process of its own: nothing that this one
 * knows counts, and a resolver that hangs can be killed.
 * @returns its addresses; none if it got none in time
 */
export const createLookup =
  (run: RunCommand, { program, args }: SelfCommand) =>
  async (
    name: string,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<readonly string[]> => {
    const asking = [...args, 'lookup', name, '--output=json']
    const { code, stdout } = await run(program, asking, { timeoutMs, signal }).catch(
      (error: unknown) => {
        if (error instanceof RetryLater) return { code: 1, stdout: '' } // no end in time
        throw error
      },
    )
    signal.throwIfAborted()
    return code === 0 ? answer.parse(JSON.parse(stdout)).addresses : []
  }

const answer = z.object({ addresses: z.array(z.string()) })
