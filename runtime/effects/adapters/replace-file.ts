import { randomBytes } from 'node:crypto'
import { chmod, chown, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from './sync-folder.ts'

/**
 * A file's content becomes another one, all at once, with the owner and rights that it had, and is on the disk then: what
 * the journal forgets must not come back with the power. Where something is mounted
 * on it, as in a container, it can't be replaced and is written in place.
 * @param file no link
 */
export async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  const before = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  const temporary = `${file}.k2s-dns-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(temporary, 'wx', bytes)
    await chmod(temporary, before ? before.mode & 0o7777 : 0o644) // whatever the umask
    if (before) await chown(temporary, before.uid, before.gid)
    await rename(temporary, file)
    await syncFolder(path.dirname(file))
  } catch (error) {
    await rm(temporary, { force: true })
    const { code = '' } = error as NodeJS.ErrnoException
    if (code !== 'EBUSY' && code !== 'EXDEV') throw error
    await writeFile(file, 'r+', bytes)
  }
}

async function writeFile(file: string, flags: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, flags, 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.truncate(bytes.length)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
