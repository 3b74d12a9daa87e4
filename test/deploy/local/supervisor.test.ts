import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ServerSpec } from '../../../deploy/local/server-process.ts'
import { startSupervisor } from '../../../deploy/local/supervisor.ts'
import { until } from '../../../deploy/local/until.ts'
import { groupOf, isAlive, temporaryFolder } from './fixtures/processes.ts'

const test = suite('the supervisor')
const soon = { deadlineMs: 10_000 }

/** A server that does as the script says; ready once it has written `ready`. */
function aServer(directory: string, name: string, script: string): ServerSpec {
  const log = path.join(directory, `${name}.log`)
  const ready = async () => readFileSync(log, 'utf8').includes('ready\n')
  return { name, command: '/bin/sh', args: ['-c', script], ready }
}

const obedient = 'trap "exit 0" TERM; echo ready; while :; do sleep 0.02; done'
const stubborn = 'trap "" TERM; echo ready; while :; do sleep 0.02; done'

test('stops in the reverse order of the first starts, whatever was restarted', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const order: string[] = []
  const start = (name: string) => supervisor.start(aServer(folder.path, name, obedient))
  const [a, b, c] = [await start('a'), await start('b'), await start('c')]
  await a.restart()
  const noted = [a, b, c].map(({ name, exited }) => exited.then(() => order.push(name)))
  await supervisor.stop()
  await Promise.all(noted)
  assert.equal(order, ['c', 'b', 'a'])
})

test('what does not heed SIGTERM is killed after its time, and it alone', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const obeys = await supervisor.start(aServer(folder.path, 'obeys', obedient))
  const refuses = await supervisor.start({
    ...aServer(folder.path, 'refuses', stubborn),
    stopMs: 100,
  })
  await supervisor.stop()
  assert.equal(await refuses.exited, { code: null, signal: 'SIGKILL' })
  assert.equal(await obeys.exited, { code: 0, signal: null })
})

test('a frozen server still stops by itself', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const server = await supervisor.start(aServer(folder.path, 'frozen', obedient))
  server.kill('SIGSTOP')
  assert.equal(await server.stop(), { code: 0, signal: null })
})

test('may be stopped twice, and by its signal', async () => {
  using folder = temporaryFolder()
  const stop = new AbortController()
  const { signal } = stop
  const supervisor = await startSupervisor({ directory: folder.path, signal })
  const server = await supervisor.start(aServer(folder.path, 'a', obedient))
  stop.abort(new Error('enough'))
  await Promise.all([supervisor.stop(), supervisor.stop()])
  assert.not(isAlive(server.pid))
  assert.not(isAlive(supervisor.watchdogPid))
  try {
    await server.start()
    assert.unreachable()
  } catch (error) {
    assert.is(error, signal.reason)
  }
})

test('a kill -9 of the watchdog leaves no server, and each exit is told', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const server = await supervisor.start(aServer(folder.path, 'a', stubborn))
  process.kill(supervisor.watchdogPid, 'SIGKILL')
  assert.equal(await server.exited, { code: null, signal: 'SIGKILL' })
  await until('gone', () => !isAlive(server.pid), soon)
})

test("a terminal's Ctrl-C reaches no server: their process group is another", async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const { pid } = await supervisor.start(aServer(folder.path, 'a', obedient))
  assert.is(groupOf(pid), supervisor.watchdogPid)
  assert.is.not(groupOf(pid), groupOf(process.pid))
})

test('a server gets the environment of its spec and nothing else', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const script = `/usr/bin/env; ${obedient}`
  const spec = { ...aServer(folder.path, 'a', script), env: { ETCD_NAME: 'ours' } }
  const { logFile } = await supervisor.start(spec)
  const log = readFileSync(logFile, 'utf8')
  assert.match(log, 'ETCD_NAME=ours\n')
  assert.not.match(log, 'HOME=')
})

for (const [what, script, message] of [
  ['ends too early', 'echo port taken; exit 3', /^a: ended with exit code 3 .*port taken$/s],
  ['is never ready', 'echo still busy; exec sleep 60', /^a: not ready within 0.5 s.*still busy$/s],
] as const) {
  test(`a server that ${what} is told with its last words, and does not run on`, async () => {
    using folder = temporaryFolder()
    await using supervisor = await startSupervisor({ directory: folder.path })
    const spec = { ...aServer(folder.path, 'a', `echo $$; ${script}`), readyMs: 500 }
    try {
      await supervisor.start(spec)
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, message)
    }
    const pid = Number(readFileSync(path.join(folder.path, 'a.log'), 'utf8').split('\n')[0])
    assert.ok(pid > 0)
    assert.not(isAlive(pid))
  })
}

test('a program that is not there is told', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  try {
    await supervisor.start({ ...aServer(folder.path, 'a', ''), command: '/nowhere/etcd' })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, '/nowhere/etcd')
  }
})

test('a folder is kept unless it is to be removed', async () => {
  for (const removeDirectory of [false, true]) {
    using folder = temporaryFolder()
    const kept = path.join(folder.path, 'kept')
    writeFileSync(kept, '')
    const supervisor = await startSupervisor({ directory: folder.path, removeDirectory })
    await supervisor.stop()
    const isKept = await readable(kept)
    assert.is(isKept, !removeDirectory)
  }
})

const readable = async (file: string) => {
  try {
    readFileSync(file)
    return true
  } catch {
    return false
  }
}

test.run()
