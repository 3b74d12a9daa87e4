import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../deploy/local/build.ts'

const run = promisify(execFile)

/** Debian's packages of what decides about a host's DNS; what they need comes with them. */
const usual = [
  'systemd-resolved',
  'libnss-resolve',
  'network-manager',
  'dnsmasq-base',
  'dbus',
  'iproute2',
]

/**
 * The files of packages that this machine does not have, unpacked into a folder of ours and not installed: the
 * machine stays as it is. They are fetched once, by apt, which has to know Debian's mirrors.
 * @returns a folder with `usr` and `etc`
 */
export async function ensurePackages(
  env: NodeJS.ProcessEnv,
  packages: readonly string[] = usual,
): Promise<string> {
  const cache = path.dirname(cacheFolder(env))
  const unpacked = path.join(cache, 'host', packages.join('+'))
  if (existsSync(unpacked)) return unpacked

  await mkdir(path.dirname(unpacked), { recursive: true })
  const building = await mkdtemp(path.join(path.dirname(unpacked), 'building-'))
  try {
    const archives = await download(path.join(building, 'archives'), packages)
    const root = await unpack(archives, path.join(building, 'root'))
    await rename(root, unpacked).catch((error: unknown) => {
      if (!existsSync(unpacked)) throw error // another run was quicker
    })
    return unpacked
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function download(folder: string, packages: readonly string[]): Promise<string[]> {
  await mkdir(path.join(folder, 'partial'), { recursive: true })
  const options = [`Dir::Cache::archives=${folder}`, 'APT::Sandbox::User=root']
  const args = ['install', '--download-only', '--no-install-recommends', '--yes']
  const apt = () =>
    run('apt-get', [...args, ...options.flatMap((option) => ['-o', option]), ...packages])
  try {
    await apt()
  } catch {
    await run('apt-get', ['update']) // its lists are missing, or older than the mirror
    await apt()
  }
  const names = await readdir(folder)
  return names.filter((name) => name.endsWith('.deb')).map((name) => path.join(folder, name))
}

/** Into a tree with `/lib` in `/usr/lib`, as Debian has it since version 12. */
async function unpack(archives: readonly string[], root: string): Promise<string> {
  for (const folder of ['bin', 'sbin', 'lib'])
    await mkdir(path.join(root, 'usr', folder), { recursive: true })
  await mkdir(path.join(root, 'etc'))
  for (const archive of archives) {
    const each = await mkdtemp(`${root}-`)
    await run('dpkg-deb', ['--extract', archive, each])
    for (const folder of ['bin', 'sbin', 'lib'])
      await merge(path.join(each, folder), path.join(root, 'usr'))
    for (const folder of ['usr', 'etc']) await merge(path.join(each, folder), root)
  }
  return root
}

async function merge(folder: string, into: string): Promise<void> {
  if (existsSync(folder)) await run('cp', ['--archive', '--force', folder, into])
}
