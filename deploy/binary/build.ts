import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeBlob } from './blob.ts'
import { bundle } from './bundle.ts'
import { inject } from './inject.ts'
import { fetchNode } from './node-program.ts'
import { thirdPartyNotices } from './notices.ts'
import { withoutSignature } from './signature.ts'
import { linux, nodeLicense, nodeVersion, type Target, windows } from './targets.ts'

export interface BuildOptions {
  /** The folder for the binaries, and the licences of what is in them. */
  readonly into: string
  readonly signal: AbortSignal
}

/**
 * Makes the binaries of all targets; needs npm and tar.
 * @returns the paths of what was made
 * @throws Error if this is not the Node that goes into them
 */
export async function buildBinaries({ into, signal }: BuildOptions): Promise<readonly string[]> {
  if (process.version !== `v${nodeVersion}`) {
    throw new Error(
      `this is Node ${process.version}, and the binaries get ${nodeVersion}: run npm run binary; ` +
        'after an update of Node give deploy/binary/targets.ts its version and sums',
    )
  }
  await mkdir(into, { recursive: true })
  const work = await mkdtemp(path.join(into, '.building-')) // on the same disk, so that what is done can be moved
  try {
    const bundled = await bundle()
    const blob = await makeBlob(bundled, { folder: await within(work, 'blob'), signal })
    const made = await Promise.all(
      [linux, windows].map(async (target) => {
        const folder = await within(work, target.package)
        return [await binaryOf(target, blob, { folder, signal }), target.file] as const
      }),
    )
    const license = await readFile(path.join(work, linux.package, nodeLicense), 'utf8')
    const notices = path.join(work, 'notices')
    await writeFile(notices, await thirdPartyNotices(bundled.sources, license))
    return await Promise.all(
      [...made, [notices, 'THIRD-PARTY-NOTICES.txt'] as const].map(async ([file, name]) => {
        await rename(file, path.join(into, name))
        return path.join(into, name)
      }),
    )
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function within(folder: string, name: string): Promise<string> {
  await mkdir(path.join(folder, name))
  return path.join(folder, name)
}

async function binaryOf(
  target: Target,
  blob: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const executable = await fetchNode(target, { folder, signal })
  if (target === windows) {
    await writeFile(executable, withoutSignature(await readFile(executable)))
  }
  await inject(executable, blob, signal)
  await chmod(executable, 0o755)
  return executable
}
