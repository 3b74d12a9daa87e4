import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

export interface TestFile {
  /** relative to the repository, with forward slashes */
  readonly path: string
  readonly limitMs: number
  /** starts real servers: nothing else runs beside it */
  readonly alone: boolean
}

const defaultLimitMs = 120_000
const aloneFolders = ['test/end-to-end/', 'test/deploy/', 'test/host/']
const runnerFolder = 'test/runner/'

/**
 * The test files below `test/` whose path contains one of the filters; without a filter all.
 * A filter that is a file's path runs that file, whatever it is called.
 * @throws Error if a filter matches nothing, or a file has tests and a name that hides them
 */
export function discover(root: string, filters: readonly string[]): TestFile[] {
  const sources = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll(path.sep, '/')}`)
    .filter((name) => name.endsWith('.ts'))
    .sort()
  const tests = sources.filter((name) => name.endsWith('.test.ts'))
  const hidden = sources.find((name) => !tests.includes(name) && hasTests(root, name))
  if (hidden) throw new Error(`${hidden} imports uvu but would never run: call it *.test.ts`)

  const matches = (filter: string) =>
    isFile(root, filter) ? [filter] : tests.filter((name) => name.includes(filter))
  const nothing = filters.find((filter) => matches(filter).length === 0)
  if (nothing !== undefined) throw new Error(`no test file's path contains \`${nothing}\``)

  const chosen = filters.length === 0 ? tests : [...new Set(filters.flatMap(matches))]
  return chosen.map((name) => describe(root, name))
}

const isFile = (root: string, name: string) =>
  statSync(path.join(root, name), { throwIfNoEntry: false })?.isFile() ?? false

const hasTests = (root: string, name: string) =>
  !name.startsWith(runnerFolder) && /from 'uvu'/.test(readFileSync(path.join(root, name), 'utf8'))

const describe = (root: string, name: string): TestFile => ({
  path: name,
  limitMs: timeLimitMs(name, readFileSync(path.join(root, name), 'utf8')),
  alone: aloneFolders.some((folder) => name.startsWith(folder)),
})

/**
 * What a file asks for in one of its first five lines: `// time limit: 300 s`. Default: 120 s.
 * @throws Error if the line is there and can't be read
 */
export function timeLimitMs(name: string, source: string): number {
  const line = source
    .split('\n', 5)
    .map((text) => text.trim())
    .find((text) => text.startsWith('// time limit'))
  if (line === undefined) return defaultLimitMs
  const seconds = Number(/^\/\/ time limit: (\d+) s$/.exec(line)?.[1])
  if (seconds > 0) return seconds * 1000
  throw new Error(`${name}: \`${line}\` must read as in \`// time limit: 300 s\``)
}
