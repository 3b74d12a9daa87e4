import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { findOnPath } from './find-on-path.ts'
import type { Progress } from './progress.ts'
import type { ServerModule } from './server-modules.ts'

export interface GoOptions {
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
  readonly signal?: AbortSignal | undefined
}

const lastLines = 5

/**
 * Builds a module into a file. Says how many modules it has loaded, then how many of the packages
 * that are not in Go's own cache it has compiled.
 * @throws Error in one line if Go is missing or too old; else with the end of what `go` wrote
 */
export async function goBuild(
  { title, folder, main = '.', ldflags }: ServerModule,
  output: string,
  { env, progress, signal }: GoOptions,
): Promise<void> {
  const go = findGo(title, env)
  const run = (args: readonly string[], onLine?: (line: string) => void) =>
    runGo(go, args, { folder, env, signal, onLine })
  await checkVersion(title, folder, (at) =>
    runGo(go, ['env', 'GOVERSION'], { folder: at, env, signal }),
  )

  const program = `./${main}`
  let loaded = 0
  const isStale = '{{if .Stale}}{{.ImportPath}}{{end}}'
  const stale = ['list', '-deps', '-trimpath', '-f', isStale, program]
  const packages = await run(stale, (line) => {
    if (!line.startsWith('go: downloading ')) return
    progress.update(`building ${title}, once: loading module ${++loaded}: ${line.split(' ')[2]}`)
  })
  const total = packages.split('\n').filter((line) => line !== '').length

  let compiled = 0
  const tell = () =>
    progress.update(
      compiled < total
        ? `building ${title}, once: compiling package ${compiled} of ${total}`
        : `building ${title}, once: linking`,
    )
  tell()
  await run(['build', '-v', '-trimpath', '-ldflags', ldflags, '-o', output, program], () => {
    compiled++
    tell()
  })
}

function findGo(title: string, env: NodeJS.ProcessEnv): string {
  const go = findOnPath('go', env['PATH'])
  if (go) return go
  throw new Error(
    `${title}: neither on PATH nor can they be built: install Go 1.26 or newer, or put them on PATH`,
  )
}

/**
 * Since 1.21, Go may load the newer Go that a module asks for, by itself: so the question is which
 * one builds in the module's folder.
 */
async function checkVersion(
  title: string,
  folder: string,
  versionIn: (at: string) => Promise<string>,
) {
  const needed = versionOf(
    /^go (.*)$/m.exec(readFileSync(path.join(folder, 'go.mod'), 'utf8'))?.[1],
  )
  const found = await versionIn(folder).catch(() => undefined)
  if (found && isAtLeast(versionOf(found), needed)) return
  const own = found ?? (await versionIn(tmpdir()))
  throw new Error(
    `${title}: Go ${needed.join('.')} or newer is needed and this is ${own.trim()}: ` +
      'install a newer one, or put the servers on PATH',
  )
}

const versionOf = (text = ''): readonly [major: number, minor: number] => {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? []
  return [Number(major), Number(minor)]
}

const isAtLeast = (found: readonly [number, number], needed: readonly [number, number]) =>
  found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])

interface Run extends Pick<GoOptions, 'env' | 'signal'> {
  readonly folder: string
  /** called with each line on stderr */
  readonly onLine?: ((line: string) => void) | undefined
}

/** @returns what was written to stdout */
async function runGo(go: string, args: readonly string[], { folder, env, signal, onLine }: Run) {
  signal?.throwIfAborted()
  const child = spawn(go, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => void child.kill()
  signal?.addEventListener('abort', kill)
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  const end: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    end.push(line)
    if (end.length > lastLines) end.shift()
    onLine?.(line)
  })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(`\`go ${args[0]}\` in ${folder} failed:\n${end.join('\n')}`)
    return stdout
  } finally {
    signal?.removeEventListener('abort', kill)
  }
}
