import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { discover, timeLimitMs } from './discover.ts'
import { runFile } from './run-file.ts'

const root = process.cwd()
const never = new AbortController().signal

const run = async (fixture: string) => {
  const [file] = discover(root, [`test/runner/fixtures/${fixture}.ts`])
  if (file === undefined) throw new Error(`no fixture ${fixture}`)
  return runFile(file, { root, env: process.env, signal: never })
}

/** Every way to be green by accident that we know of: the fixture, and why it must be red. */
const reds: readonly (readonly [fixture: string, failed: number, reason: RegExp])[] = [
  ['before-throws', 2, /^before of hooks threw\nError: thrown by a hook/],
  ['before-each-throws', 2, /^before\.each of hooks threw/],
  ['after-throws', 2, /^after of hooks threw \(last test begun: "b"\)/],
  ['after-each-throws', 2, /^after\.each of hooks threw \(last test begun: "a"\)/],
  ['only', 1, /^\.only hides the other tests: "the one"/],
  ['skip', 1, /^\.skip leaves a test out: "the skipped"/],
  ['forgotten-run', 1, /^forgotten: 1 tests were never started by \.run\(\)/],
  ['test-after-run', 1, /^too late: 1 tests were never started by \.run\(\)/],
  ['nothing', 1, /^registers no test$/],
  ['empty-suite', 1, /^a table without rows: \.run\(\) without a test/],
  ['unhandled-rejection', 1, /^a promise was rejected.*"forgets a promise".*\nError: nobody waits/],
  ['late-rejection', 1, /^a promise was rejected.*\nError: after the last test/],
  ['uncaught-exception', 1, /^an exception was caught by nobody.*\nError: thrown in a callback/],
  ['exit-midway', 2, /^process\.exit\(0\) was called.*"ends the process"/],
  ['exit-code', 1, /^its tests ended, but with exit code 3$/],
  ['import-fails', 1, /Cannot find module .*absent\.ts/],
  ['never-resolves', 1, /^ended with exit code 13 before its tests had$/m],
  ['killed', 1, /^was killed by SIGKILL in "is killed"$/],
  ['lingers', 1, /^still running 3 s after its last test, kept alive by: .*TCPServerWrap/],
  ['stray-write', 1, /^wrote to the runner's descriptor: stray$/],
  ['leaves-process', 1, /^left a process running: \d+ sleep 60$/],
  ['hangs', 1, /^took longer than its 1 s and was killed in "spins for ever"$/],
]

const red = suite('a file is red')
for (const [fixture, failed, reason] of reds) {
  red(fixture, async () => {
    const outcome = await run(fixture)
    assert.match(outcome.reasons.join('\n'), reason)
    assert.is(outcome.failed, failed)
  })
}
red('failing, with what uvu says about it', async () => {
  const { passed, failed, reasons, output } = await run('failing')
  assert.equal([passed, failed, reasons], [1, 1, []])
  assert.match(output, /FAIL.*failing.*"wrong"\s+two is not three/)
})
red('throws-null, and the tests after it still run', async () => {
  const { passed, failed, output } = await run('throws-null')
  assert.equal([passed, failed], [1, 1])
  assert.match(output, /not an Error was thrown: null/)
})
red.run()

const green = suite('a file is green')
green('when its tests pass and nothing else happens', async () => {
  const { passed, failed, reasons } = await run('good')
  assert.equal([passed, failed, reasons], [2, 0, []])
})
green.run()

const limits = suite('time limit')
limits('is two minutes', () => assert.is(timeLimitMs('a', "import 'b'\n"), 120_000))
limits('is what a first line says', () =>
  assert.is(timeLimitMs('a', '// time limit: 300 s'), 300e3),
)
for (const line of ['// time limit: 5m', '// time limit: 0 s', '// time limit 300 s']) {
  limits(`\`${line}\` is an error`, () => {
    assert.throws(() => timeLimitMs('a.test.ts', line), /a\.test\.ts: .* must read as in/)
  })
}
limits.run()
