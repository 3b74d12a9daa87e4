import { spawn } from 'node:child_process'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { orphaned } from '../../../deploy/local/orphaned.ts'
import { until } from '../../../deploy/local/until.ts'
import { firstLine, isAlive, killAndWait } from './fixtures/processes.ts'

const test = suite('a process whose npm is gone')
const fixture = path.join(import.meta.dirname, 'fixtures', 'until-orphaned.ts')

/** Stands in for npm: runs the script as npm does, with the event in the script's environment only. */
const npm = (script: string) => `
  const { spawn } = require('node:child_process')
  const env = { ...process.env, npm_lifecycle_event: 'start' }
  spawn('/bin/sh', ['-c', ${JSON.stringify(script)}], { env, stdio: 'inherit' })
`
const run = `${process.execPath} ${fixture}`

for (const [how, script] of [
  ['npm -> node', `exec ${run}`],
  ['npm -> sh -> node', `${run}; :`],
  ['npm -> sh -> sh -> node', `sh -c '${run}; :'; :`],
] as const) {
  test(`ends after a kill -9 of npm: ${how}`, async () => {
    const { npm_lifecycle_event: _, ...env } = process.env
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    const parent = spawn(process.execPath, ['-e', npm(script)], { env, stdio: [...stdio] })
    if (!parent.stdout) throw new Error('its stdout is a pipe')
    let pid = 0
    try {
      ;({ pid } = await firstLine<{ pid: number }>(
        Object.assign(parent, { stdout: parent.stdout }),
      ))
      assert.ok(isAlive(pid))
      await killAndWait(parent)
      await until('gone', () => !isAlive(pid), { deadlineMs: 10_000 })
    } finally {
      await killAndWait(parent)
      if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
  })
}

test('who was not started by npm is never orphaned', () => {
  assert.not(orphaned({ lifecycleEvent: undefined }).aborted)
})

test.run()
