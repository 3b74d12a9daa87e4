import { open } from 'node:fs/promises'

/** So that a new name in it is on the disk too. Windows has no such thing: NTFS journals its folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
