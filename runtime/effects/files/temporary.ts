import { constants, copyFile, type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RunCommand } from '../../clients/command.ts'
import type { Snapshot } from './snapshot.ts'

/** `/etc/.hosts.k2s-dns-4711`: the process that made it is told, so that others know when it is of no use. */
export const temporaryOf = (path: string): string => `${prefixOf(path)}${process.pid}`

const prefixOf = (path: string) => join(dirname(path), `.${basename(path)}.k2s-dns-`)

/** Takes away what processes that were killed left behind, where one can, and earlier ones with our number. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name)
    const pid = file.startsWith(prefixOf(path)) ? Number(file.slice(prefixOf(path).length)) : 0
    if (pid > 0 && (pid === process.pid || !isAlive(pid))) await rm(file).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it is somebody else's
  }
}

/**
 * A new file like the one of the snapshot, with other bytes, on the disk. Node's copy has its mode; as root its owner;
 * on macOS ACL and extended attributes too. On Linux these, the SELinux label among them, are copied by GNU cp, and
 * lost where there is none.
 */
export async function writeTemporary(
  path: string,
  { stats }: Snapshot,
  bytes: Uint8Array,
  options: {
    readonly run: RunCommand
    readonly platform: NodeJS.Platform
    readonly signal: AbortSignal
  },
): Promise<string> {
  const { run, platform, signal } = options
  const temporary = temporaryOf(path)
  await copyFile(path, temporary, constants.COPYFILE_EXCL)
  if (platform === 'linux') {
    const args = ['--attributes-only', '--preserve=all', '--', path, temporary]
    await run('cp', args, { timeoutMs: 2_000, signal }).catch(() => undefined)
  }
  const handle = await open(temporary, 'r+')
  try {
    await keepOwner(handle, stats)
    await handle.truncate(0)
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}

/** @throws an error with code EPERM if we may not: then the file is better written in place */
async function keepOwner(handle: FileHandle, { uid, gid }: Snapshot['stats']): Promise<void> {
  const now = await handle.stat({ bigint: true })
  if (now.uid !== uid || now.gid !== gid) await handle.chown(Number(uid), Number(gid))
}
