import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { nodeVersion, type Target } from './targets.ts'

const run = promisify(execFile)

export interface FetchOptions {
  /** Where it is put; nothing else may be there. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * Brings a target's Node here by npm, from npm's cache where that has it. It is not installed, since it may be for
 * another system than this one.
 * @returns the path of the executable
 * @throws Error if the archive is not the one that `targets.ts` knows
 */
export async function fetchNode(target: Target, { folder, signal }: FetchOptions): Promise<string> {
  const wanted = `${target.package}@${nodeVersion}`
  const packing = ['pack', wanted, '--prefer-offline', '--silent', '--pack-destination', folder]
  await run('npm', packing, { signal })
  const archive = path.join(folder, `${target.package}-${nodeVersion}.tgz`)
  const sha512 = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')
  if (sha512 !== target.sha512) {
    throw new Error(`${wanted} has sha512 ${sha512}, deploy/binary/targets.ts has ${target.sha512}`)
  }
  await run('tar', ['-xzf', archive, '-C', folder, ...target.members], { signal })
  return path.join(folder, target.members[0])
}
