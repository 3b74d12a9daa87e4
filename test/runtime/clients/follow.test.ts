import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { followCommand } from '../../../runtime/clients/follow.ts'
import { failureOf } from '../../support/outcome.ts'

const test = suite('a program that tells')

test('each line is told until the signal, and then it has ended', async () => {
  const stopped = new AbortController()
  const lines: string[] = []
  for await (const line of followCommand('sh', ['-c', 'echo $$; exec sleep 600'], stopped.signal)) {
    lines.push(line)
    stopped.abort()
  }
  assert.is(lines.length, 1)
  assert.match(failure(Number(lines[0])), /ESRCH/)
})

test('whoever stops listening ends it', async () => {
  const { signal } = new AbortController()
  for await (const line of followCommand('sh', ['-c', 'echo $$; exec sleep 600'], signal)) {
    assert.match(line, /^\d+$/)
    break
  }
})

test('one that ends by itself, or is not there, is an error', async () => {
  const { signal } = new AbortController()
  const all = async (program: string) => {
    for await (const _ of followCommand(program, ['x'], signal)) assert.unreachable()
  }
  assert.match(String(await failureOf(all('false'))), /RetryLater: false x: it has ended/)
  const missing = await failureOf(all('k2s-dns-none'))
  assert.match(String(missing), /RetryLater.*ENOENT/)
})

const failure = (pid: number): string => {
  try {
    process.kill(pid, 0)
    return 'it runs'
  } catch (error) {
    return String(error)
  }
}

test.run()
