import { chmod, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from './sync-folder.ts'

/** A new file appears whole or not at all, and is on the disk then. @param mode whatever the umask */
export async function createFile(file: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = `${file}.new`
  await rm(temporary, { force: true }) // of one that was killed here
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await chmod(temporary, mode)
  await rename(temporary, file)
  await syncFolder(path.dirname(file))
}
