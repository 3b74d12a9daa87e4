import { mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { GiveUp, messageOf } from '../../errors.ts'
import { createFile } from '../files/create-file.ts'

/** Where a journal lies. What was written is on the disk when a call resolves. */
export interface JournalFile {
  readonly path: string
  /** @returns undefined if there is none */
  read(): Promise<Buffer | undefined>
  /** It appears whole or not at all. */
  create(bytes: Uint8Array): Promise<void>
  /** In place; only these bytes may be lost if the power goes meanwhile. */
  write(bytes: Uint8Array, offset: number): Promise<void>
}

/** @throws GiveUp naming the right that is missing */
export function journalFile(file: string): JournalFile {
  return {
    path: file,
    read: () =>
      explained(file, async () => {
        try {
          return await readFile(file)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
          throw error
        }
      }),
    create: (bytes) =>
      explained(file, async () => {
        await mkdir(path.dirname(file), { recursive: true })
        await createFile(file, bytes, 0o600)
      }),
    write: (bytes, offset) => explained(file, () => writeAt(file, bytes, offset)),
  }
}

async function writeAt(file: string, bytes: Uint8Array, offset: number): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done)
      done += bytesWritten
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function explained<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const remedy = remedies[code]
    throw new GiveUp(`journal ${file}: ${remedy ? `${code}: ${remedy}` : messageOf(cause)}`, {
      cause,
    })
  }
}

const asRoot =
  process.platform === 'win32' ? 'run this as Administrator' : 'run this as root, or with sudo'

const remedies: Readonly<Record<string, string | undefined>> = {
  EACCES: asRoot,
  EPERM: asRoot,
  EROFS: 'its file system is read-only: set host.journal to a file that lasts over a reboot',
  ENOSPC: 'no space is left on its file system',
}
