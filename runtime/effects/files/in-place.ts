import { open } from 'node:fs/promises'
import { isCurrent, type Snapshot } from './snapshot.ts'

/**
 * Writes into the file that is there: it keeps its ACL, its other names and its mount. What stands before the first
 * byte that differs is not touched, so that a power failure costs no more than what is behind it.
 * @returns false if somebody wrote since the snapshot; then nothing is done
 */
export async function writeInPlace(
  path: string,
  snapshot: Snapshot,
  bytes: Uint8Array,
): Promise<boolean> {
  const handle = await open(path, 'r+')
  try {
    if (!(await isCurrent(path, snapshot))) return false
    const from = commonStart(snapshot.bytes, bytes)
    for (let at = from; at < bytes.length; ) {
      at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten
    }
    if (bytes.length < snapshot.bytes.length) await handle.truncate(bytes.length)
    await handle.sync()
    return true
  } finally {
    await handle.close()
  }
}

function commonStart(a: Uint8Array, b: Uint8Array): number {
  const differs = a.findIndex((byte, at) => byte !== b[at])
  return differs === -1 ? a.length : differs
}
