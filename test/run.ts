import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { discover, type TestFile } from './runner/discover.ts'
import { seed } from './runner/full.ts'
import { type Outcome, runFile } from './runner/run-file.ts'

/**
 * `npm test [-- --full] [-- FILTER…]`: every `test/**` file named `*.test.ts`, each in a process of
 * its own. The last line is `N passed, N failed`; exit code 1 unless all of them passed.
 */

const atOnce = Math.min(2, availableParallelism())
const root = fileURLToPath(new URL('..', import.meta.url))
const stop = new AbortController()
const sum = { passed: 0, failed: 0 }

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stop.abort(signal)
    console.error(`${signal}: stopping the tests`)
  })
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { full: { type: 'boolean', default: false } },
  })
  const files = discover(root, positionals)
  const env = {
    ...process.env,
    K2S_DNS_TEST_FULL: values.full ? '1' : '0',
    K2S_DNS_TEST_SEED: String(seed),
  }
  console.log(`${files.length} test files, ${values.full ? 'in full' : 'short form'}, seed ${seed}`)
  await runAll(files, env)
  if (sum.passed + sum.failed === 0) throw new Error('no test ran')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  sum.failed++
}
if (stop.signal.aborted) sum.failed = Math.max(1, sum.failed)
console.log(`${sum.passed} passed, ${sum.failed} failed`)
process.exitCode = sum.failed === 0 ? 0 : 1

async function runAll(files: readonly TestFile[], env: NodeJS.ProcessEnv): Promise<void> {
  const together = files.filter(({ alone }) => !alone)
  const next = together.values()
  const worker = async () => {
    for (const file of next) await runOne(file, env)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  for (const file of files.filter(({ alone }) => alone)) await runOne(file, env)
}

async function runOne(file: TestFile, env: NodeJS.ProcessEnv): Promise<void> {
  if (stop.signal.aborted) return
  try {
    const outcome = await runFile(file, { root, env, signal: stop.signal })
    sum.passed += outcome.passed
    sum.failed += outcome.failed
    print(file, outcome)
  } catch (error) {
    sum.failed++
    console.log(`FAIL  ${file.path}  could not be run\n`, error)
  }
}

function print({ path }: TestFile, { passed, failed, ms, reasons, output }: Outcome): void {
  const seconds = `${(ms / 1000).toFixed(1)} s`
  if (failed === 0) {
    console.log(`ok    ${path}  ${passed} passed, ${seconds}`)
    return
  }
  const lines = [...output.trim().split('\n'), ...reasons.flatMap((text) => text.split('\n'))]
  console.log(`FAIL  ${path}  ${passed} passed, ${failed} failed, ${seconds}`)
  console.log(lines.map((line) => `      ${line}`).join('\n'))
}
