import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const fixture = (name: string) => `test/runner/fixtures/${name}.ts`

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['test/run.ts', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const runner = start(args, env)
  const [stdout, stderr, [code]] = await Promise.all([
    text(runner.stdout),
    text(runner.stderr),
    once(runner, 'exit') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) }
}

const test = suite('npm test')

test('closes on the numbers of tests and ends with 0 when all passed', async () => {
  const { code, last, stdout } = await run([fixture('good')])
  assert.equal([code, last], [0, '2 passed, 0 failed'])
  assert.match(stdout, /^ok {4}test\/runner\/fixtures\/good\.ts {2}2 passed, \d+\.\d s$/m)
})

test('ends with 1 when a test fails, and shows it in full', async () => {
  const { code, last, stdout } = await run([fixture('good'), fixture('failing')])
  assert.equal([code, last], [1, '3 passed, 1 failed'])
  assert.match(stdout, /two is not three/)
})

test('ends with 1 and the reason when a file is broken though its tests pass', async () => {
  const { code, last, stdout } = await run([fixture('exit-code')])
  assert.equal([code, last], [1, '1 passed, 1 failed'])
  assert.match(stdout, /its tests ended, but with exit code 3/)
})

test('ends with 1 when a filter fits no file', async () => {
  const { code, last, stderr } = await run(['no-such-test'])
  assert.equal([code, last], [1, '0 passed, 1 failed'])
  assert.match(stderr, /no test file's path contains `no-such-test`/)
})

test('ends with 1 on a flag that it does not know', async () => {
  const { code, stderr } = await run(['--ful'])
  assert.is(code, 1)
  assert.match(stderr, /Unknown option '--ful'/)
})

test('hands --full and the seed on to the files and prints the seed', async () => {
  const { code, stdout } = await run(['--full', fixture('in-full')], { K2S_DNS_TEST_SEED: '7' })
  assert.is(code, 0)
  assert.match(stdout, /^1 test files, in full, seed 7$/m)
})

const runs = (id: number) => {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`leaves no process behind when ${signal} ends it`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-runner-'))
    try {
      const file = path.join(folder, 'ids')
      const runner = start([fixture('holds-a-process')], { FIXTURE_IDS: file })
      const ids = await idsIn(file)
      assert.ok(ids.every(runs), 'the file and the process that it holds are running')
      const ended = once(runner, 'exit')
      runner.kill(signal)
      assert.equal(await ended, signal === 'SIGKILL' ? [null, signal] : [1, null])
      while (ids.some(runs)) await delay(20) // the file's time limit bounds it
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

async function idsIn(file: string): Promise<number[]> {
  for (;;) {
    try {
      const line = readFileSync(file, 'utf8')
      if (line.endsWith('\n')) return line.trim().split(' ').map(Number)
    } catch {} // not written yet
    await delay(20)
  }
}

test.run()
