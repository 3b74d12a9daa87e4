import { chmod, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from './sync-folder.ts'

/**
 * A file appears whole or not at all, and is on the disk then.
 * @param mode whatever the umask
 * @param temporary in which it is made ready, on the same file system
 */
export async function createFile(
  file: string,
  content: Uint8Array | string,
  mode: number,
  temporary = `${file}.new`,
): Promise<void> {
  await rm(temporary, { force: true }) // of one that was killed here
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await chmod(temporary, mode)
  await rename(temporary, file)
  await syncFolder(path.dirname(file))
}
