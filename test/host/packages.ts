import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../deploy/local/build.ts'

const run = promisify(execFile)

/** Packages of Debian, in one of its releases. */
export interface PackageSet {
  readonly packages: readonly string[]
  /** default: that of this machine, of which only what it lacks is fetched */
  readonly release?: string
}

/** What decides about a host's DNS. */
export const hostPackages: PackageSet = {
  packages: [
    ...['systemd-resolved', 'libnss-resolve', 'network-manager', 'dnsmasq-base'],
    ...['dbus', 'iproute2'],
  ],
}

/** The newest systemd, with the libraries that it needs. */
export const nextResolved: PackageSet = { packages: ['systemd-resolved'], release: 'testing' }

/**
 * The files of packages and of what they need, unpacked into a folder of ours and not installed: the machine stays
 * as it is. They are fetched once, by apt, from the mirror that it knows.
 * @returns a folder with `usr` and `etc`
 */
export async function ensurePackages(set: PackageSet, env: NodeJS.ProcessEnv): Promise<string> {
  const cache = path.join(path.dirname(cacheFolder(env)), 'host')
  const unpacked = path.join(cache, [set.release ?? 'own', ...set.packages].join('+'))
  if (existsSync(unpacked)) return unpacked

  await mkdir(cache, { recursive: true })
  const building = await mkdtemp(path.join(cache, 'building-'))
  try {
    const archives = await download(set, building)
    const root = await unpack(archives, path.join(building, 'root'))
    await rename(root, unpacked).catch((error: unknown) => {
      if (!existsSync(unpacked)) throw error // another run was quicker
    })
    return unpacked
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function download({ packages, release }: PackageSet, folder: string): Promise<string[]> {
  const archives = path.join(folder, 'archives')
  await mkdir(path.join(archives, 'partial'), { recursive: true })
  const settings = [`Dir::Cache::archives=${archives}`, 'APT::Sandbox::User=root']
  if (release !== undefined) settings.push(...(await settingsFor(release, folder)))
  const options = settings.flatMap((setting) => ['-o', setting])
  const install = ['install', '--download-only', '--no-install-recommends', '--yes']
  const apt = (...args: readonly string[]) => run('apt-get', [...options, ...args])
  try {
    await apt(...install, ...packages)
  } catch {
    await apt('update') // its lists are missing, or older than the mirror
    await apt(...install, ...packages)
  }
  const names = await readdir(archives)
  return names.filter((name) => name.endsWith('.deb')).map((name) => path.join(archives, name))
}

/** Another release from the same mirror, with lists of its own, for a machine on which nothing is installed. */
async function settingsFor(release: string, folder: string): Promise<string[]> {
  const format = ['--format', '$(REPO_URI)', 'Identifier: Packages', 'Component: main']
  const { stdout } = await run('apt-get', ['indextargets', ...format])
  const [mirror = ''] = stdout.split('\n')
  const [sources, lists, status] = ['sources.list', 'lists', 'status'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string]
  await mkdir(path.join(lists, 'partial'), { recursive: true })
  await writeFile(sources, `deb ${mirror} ${release} main\n`)
  await writeFile(status, '')
  return [
    ...[`Dir::Etc::sourcelist=${sources}`, 'Dir::Etc::sourceparts=-'],
    ...[`Dir::State::lists=${lists}`, `Dir::State::status=${status}`],
    ...['Dir::Cache::pkgcache=', 'Dir::Cache::srcpkgcache=', 'Acquire::Languages=none'],
  ]
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
