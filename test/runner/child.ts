import { pathToFileURL } from 'node:url'
import { exit } from './guard.ts'
import { forgottenRuns, registered } from './guarded-uvu.ts'
import { breach, tell } from './verdict.ts'

/** Runs one test file and tells the runner how it went: `node child.ts FILE`. */

/** uvu's own result of a suite: its failures in words (true = none), passed, skipped, total. */
type SuiteRun = () => Promise<
  [errors: string | true, passed: number, skipped: number, total: number]
>

const lingerMs = 3_000
const file = process.argv[2] ?? ''
const runs = (globalThis.UVU_QUEUE[0] ?? []) as SuiteRun[] // as uvu 0.5.6 fills it
let [finished, total, passed] = [false, 0, 0]

process.on('exit', () => {
  for (const reason of forgottenRuns()) breach(reason)
  tell({ kind: 'end', finished, registered: registered(), total, passed })
})

await import(pathToFileURL(file).href)
for (const run of runs) {
  try {
    const [errors, suitePassed, , suiteTotal] = await run()
    if (errors !== true) process.stdout.write(`\n${errors}`)
    total += suiteTotal
    passed += suitePassed
  } catch (thrown) {
    breach('a suite broke off', thrown)
  }
}
finished = true

setTimeout(() => {
  const open = process.getActiveResourcesInfo().join(', ')
  breach(`still running ${lingerMs / 1000} s after its last test, kept alive by: ${open}`)
  exit(1)
}, lingerMs).unref()
