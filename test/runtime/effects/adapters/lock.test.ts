import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../../../runtime/clock.ts'
import { createLock } from '../../../../runtime/effects/adapters/lock.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { settled } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'

const test = suite('the lock of the host')
const lockOf = (name: string, patienceMs = 60_000) =>
  createLock({ path: `/nowhere/${process.pid}-${name}`, clock: systemClock, patienceMs })

test('one has it at a time, whoever made it', async () => {
  let inside = 0
  const act = async () => {
    assert.is(++inside, 1)
    await settled()
    inside--
  }
  await Promise.all([1, 2, 3].map(() => lockOf('a')(act)))
  await Promise.all([lockOf('a')(() => lockOf('b')(async () => undefined))])
})

test('it is given back after a failure', async () => {
  await failureOf(lockOf('c')(() => Promise.reject(new Error('no'))))
  assert.is(await lockOf('c')(async () => 'had'), 'had')
})

test('patience ends, and who waited may come again', async () => {
  await lockOf('d')(async () => {
    const refused = await failureOf(lockOf('d', 10)(async () => undefined))
    assert.instance(refused, RetryLater)
    assert.match(String(refused), /another k2s-dns is at .*-d for more than 10 ms/)
  })
})

test('a process that is killed has it no longer', async () => {
  const modules = path.join(import.meta.dirname, '..', '..', '..', '..', 'runtime')
  const holder = `
    import { createLock } from '${modules}/effects/adapters/lock.ts'
    import { systemClock } from '${modules}/clock.ts'
    const lock = createLock({ path: '/nowhere/${process.pid}-e', clock: systemClock })
    await lock(() => new Promise(() => { console.log('has it'); setInterval(() => {}, 1_000) }))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder])
  await once(child.stdout, 'data')
  assert.instance(await failureOf(lockOf('e', 10)(async () => undefined)), RetryLater)
  child.kill('SIGKILL')
  assert.is(await lockOf('e')(async () => 'had'), 'had')
})

test.run()
