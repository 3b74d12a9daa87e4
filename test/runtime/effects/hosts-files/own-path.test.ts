import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunCommand } from '../../../../runtime/clients/command.ts'
import { ownHostsPath } from '../../../../runtime/effects/hosts-files/own-path.ts'
import { RetryLater } from '../../../../runtime/errors.ts'

const test = suite('the host’s own hosts file')
const usual = String.raw`C:\Windows\System32\drivers\etc\hosts`
const signal = AbortSignal.timeout(10_000)

const pathIf = (platform: NodeJS.Platform, said: string | Error, code = 0) => {
  const run: RunCommand = async () => {
    if (said instanceof Error) throw said
    return { code, stdout: said, stderr: '' }
  }
  return ownHostsPath(run, { platform, signal })
}

test('is /etc/hosts, and nobody is asked', async () => {
  for (const platform of ['linux', 'darwin', 'freebsd'] as const)
    assert.is(await pathIf(platform, new Error('asked')), '/etc/hosts')
})

test('on Windows is where the registry says', async () => {
  assert.is(await pathIf('win32', 'C:\\Windows\\System32\\drivers\\etc\r\n'), usual)
  assert.is(await pathIf('win32', 'D:\\My Windows\\etc\\\r\n'), String.raw`D:\My Windows\etc\hosts`)
})

test('on Windows is the usual one if it does not say', async () => {
  for (const said of ['', '\r\n', 'etc', '%SystemRoot%\\x', new RetryLater('no PowerShell')])
    assert.is(await pathIf('win32', said), usual)
  assert.is(await pathIf('win32', 'C:\\elsewhere', 1), usual)
})
test.run()
