import { link, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { findOnPath, isExecutable, withSuffix } from './find-on-path.ts'
import { type GoOptions, goBuild } from './go.ts'
import {
  buildKey,
  moduleOf,
  programs,
  type ServerModule,
  type ServerName,
  type StackServer,
  stackServers,
} from './server-modules.ts'

export type ServerPaths<Name extends ServerName = StackServer> = Readonly<Record<Name, string>>

export interface EnsureServersOptions<Name extends ServerName = StackServer> extends GoOptions {
  /** Which of them are needed; default: those of the stack. */
  readonly only?: readonly Name[]
}

const unfinished = 'building-'
const dayMs = 86_400_000
const serverNames = Object.keys(programs) as ServerName[] // a Record's keys are just these

/**
 * Finds or builds the servers of the local stack, one after the other: what is on PATH is taken as
 * it is; else what an earlier call has built; else it is built, which takes minutes.
 * @returns a program's absolute path for each server
 * @throws Error in one line if a server has to be built and there is no Go, or it is too old
 */
export async function ensureServers<Name extends ServerName = StackServer>(
  options: EnsureServersOptions<Name>,
): Promise<ServerPaths<Name>> {
  const names: readonly ServerName[] = options.only ?? stackServers
  const paths = new Map<ServerName, string>()
  for (const name of names) {
    const program = programs[name]
    const found = findOnPath(program, options.env['PATH'])
    paths.set(
      name,
      found ?? path.join(await ensureBuilt(moduleOf[name], options), withSuffix(program)),
    )
  }
  return Object.fromEntries(paths) as ServerPaths<Name> // the loop went over each Name
}

/**
 * A folder appears under its final name only once all in it is complete, so two builders at a time
 * do no harm: the second finds the first one's folder and throws its own away.
 * @returns the folder with the module's programs
 */
async function ensureBuilt(module: ServerModule, options: GoOptions): Promise<string> {
  const cache = cacheFolder(options.env)
  const built = path.join(cache, buildKey(module))
  const names = serverNames.filter((name) => moduleOf[name] === module)
  const files = names.map((name) => withSuffix(programs[name]))
  const isBuilt = () => files.every((file) => isExecutable(path.join(built, file)))
  if (isBuilt()) return built

  await mkdir(cache, { recursive: true })
  await removeAbandoned(cache)
  const building = await mkdtemp(path.join(cache, unfinished))
  try {
    const [first = '', ...others] = files.map((file) => path.join(building, file))
    const startedAt = performance.now()
    await goBuild(module, first, options)
    for (const other of others) await link(first, other)
    await rename(building, built).catch((error: unknown) => {
      if (!isBuilt()) throw error
    })
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    options.progress.done(`${module.title}: built in ${seconds} s, kept in ${built}`)
    return built
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** What a builder that was killed has left; none takes a day. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name)
    if (!name.startsWith(unfinished)) continue
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (Date.now() - mtimeMs > dayMs) await rm(folder, { recursive: true, force: true })
  }
}

/** Outside of the repository: a fresh clone doesn't build again. */
export const cacheFolder = (env: NodeJS.ProcessEnv) =>
  path.join(
    env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache'),
    'k2s-dns',
    'servers',
  )
