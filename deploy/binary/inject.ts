import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))

/** By this Node knows, without a search, whether there is a blob in its executable. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** Puts a blob into a Node, in place: a note of an ELF file, a resource of a PE file. Takes some five seconds. */
export async function inject(executable: string, blob: string, signal: AbortSignal): Promise<void> {
  // a process of its own: it needs half a gigabyte for a moment, and writes warnings about Node's own sections
  const args = [postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse]
  await run(process.execPath, args, { signal })
}
