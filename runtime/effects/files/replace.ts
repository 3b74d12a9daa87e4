import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RunCommand } from '../../clients/command.ts'
import { writeInPlace } from './in-place.ts'
import { contentOf, isCurrent, type Snapshot } from './snapshot.ts'
import { syncFolder } from './sync-folder.ts'
import { temporaryOf, writeTemporary } from './temporary.ts'

export interface ReplaceOptions {
  readonly run: RunCommand
  readonly platform: NodeJS.Platform
  readonly signal: AbortSignal
  /** Another one where a test comes between. */
  readonly rename?: typeof rename
}

/** `raced`: somebody wrote meanwhile; what is only in the old inode now, if that was the last moment. */
export type Replaced =
  | { readonly is: 'done' }
  | { readonly is: 'raced'; readonly theirs?: Uint8Array }

/**
 * Puts other bytes into a file that was read. Readers see the old file or the new one, never a half: a new file takes
 * the old one's place. Where that can't be (a mount, a second name, a folder or an owner that we may not write)
 * and on Windows, for the ACL, the file itself is written.
 * @param path of the file itself, no symbolic link
 */
export async function replaceFile(
  path: string,
  snapshot: Snapshot,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Promise<Replaced> {
  const inPlace = async (): Promise<Replaced> =>
    (await writeInPlace(path, snapshot, bytes)) ? { is: 'done' } : { is: 'raced' }
  if (options.platform === 'win32' || snapshot.stats.nlink > 1n) return inPlace()
  try {
    return await exchange(path, snapshot, bytes, options)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { is: 'raced' } // the file, or our new one, was taken away
    if (mayStillBeWritten.has(code)) return inPlace()
    throw error
  }
}

/** EBUSY and EXDEV: something is mounted there. The others speak of the folder or the owner. */
const mayStillBeWritten = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'])

async function exchange(
  path: string,
  snapshot: Snapshot,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Promise<Replaced> {
  try {
    const temporary = await writeTemporary(path, snapshot, bytes, options)
    if (!(await isCurrent(path, snapshot))) return { is: 'raced' }
    await (options.rename ?? rename)(temporary, path)
  } finally {
    await rm(temporaryOf(path), { force: true }) // gone already if all went well
  }
  await syncFolder(dirname(path))
  const theirs = await contentOf(snapshot.handle)
  return theirs.equals(snapshot.bytes) ? { is: 'done' } : { is: 'raced', theirs }
}
