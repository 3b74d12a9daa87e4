import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createWindowsNrpt } from '../../../../runtime/effects/adapters/windows-nrpt.ts'
import { GiveUp, RetryLater } from '../../../../runtime/errors.ts'
import { failureOf } from '../../../support/outcome.ts'
import { replay } from './transcript.ts'

const { signal } = new AbortController()

const windows = suite('transcripts of Windows')

windows('a rule is set beside those of others, seen, and taken away', async () => {
  const { run, rest } = replay('windows-rules')
  const driver = createWindowsNrpt({ run })
  const server = { address: '172.19.1.100', port: 53 }
  const [place] = await driver.places({ mode: 'split', zones: ['cluster.local'], server }, signal)
  assert.ok(place)
  await driver.write(place.id, place.wanted, signal)
  assert.equal(await driver.read(place.id, signal), place.wanted)
  await driver.write(place.id, place.now, signal)
  await driver.flush(signal)
  assert.equal(rest, [])
})

windows('each fault: is it worth another try, and what is said', async () => {
  const { run, rest } = replay('windows-faults')
  const driver = createWindowsNrpt({ run })
  for (const [kind, says] of [
    [RetryLater, /ended with 1 and said: Cannot invoke method\..* in this language mode\./],
    [RetryLater, /can't read the NRPT rules: The service cannot be started/],
    [GiveUp, /administrator/],
    [RetryLater, /ended with -1 and said: $/],
  ] as const) {
    const error = await failureOf(driver.read('rule:.cluster.local', signal))
    assert.instance(error, kind)
    assert.match((error as Error).message, says)
  }
  assert.equal(rest, [])
})

windows('a computer without PowerShell is no Windows, and says what is missing', async () => {
  const run = () =>
    Promise.reject(new RetryLater('powershell.exe: no such program', { cause: { code: 'ENOENT' } }))
  assert.equal(await createWindowsNrpt({ run }).detect(signal), {
    applies: false,
    because: 'powershell.exe: no such program',
  })
})

windows.run()
