import type { BigIntStats } from 'node:fs'
import { constants, type FileHandle, open, stat } from 'node:fs/promises'
import { GiveUp } from '../../errors.ts'

/** A file as it was read; its handle stays with that inode, whoever puts another file there. */
export interface Snapshot {
  /** Closed by whoever asked for the snapshot. */
  readonly handle: FileHandle
  readonly stats: BigIntStats
  readonly bytes: Buffer
}

/** Far above what anybody has: all of it is read for each look. */
const maxBytes = 8 * 1024 * 1024

/**
 * @param called what a message calls it
 * @throws GiveUp for what is no file, or is larger than 8 MiB
 */
export async function takeSnapshot(path: string, called: string): Promise<Snapshot> {
  // without waiting for somebody at the other end of a pipe; Windows has no such flag
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat({ bigint: true })
    if (!stats.isFile()) throw new GiveUp(`${called}: it is no file`)
    if (stats.size > maxBytes) {
      throw new GiveUp(`${called}: it has ${stats.size} bytes, ${maxBytes} are read at most`)
    }
    return { handle, stats, bytes: await contentOf(handle) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** What an inode has now, from its beginning. */
export async function contentOf(handle: FileHandle): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64 * 1024), { position: at })
    if (bytesRead === 0 || at > maxBytes) return Buffer.concat(chunks)
    chunks.push(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
}

/** Whether nobody wrote since. The bytes are compared: two writes can bear the same time. */
export async function isCurrent(
  path: string,
  { handle, stats, bytes }: Snapshot,
): Promise<boolean> {
  const now = await stat(path, { bigint: true })
  const isSameFile = now.ino === stats.ino && now.dev === stats.dev
  return isSameFile && (await contentOf(handle)).equals(bytes)
}
