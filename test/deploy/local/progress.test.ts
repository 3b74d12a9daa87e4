import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { terminalProgress } from '../../../deploy/local/progress.ts'

const test = suite('progress')

function aStream(isTTY: boolean, columns?: number) {
  const written: string[] = []
  const write = (text: string) => written.push(text)
  return { written, stream: { isTTY, write, ...(columns !== undefined && { columns }) } }
}

test('rewrites its line on a terminal, cut to its width', () => {
  const { written, stream } = aStream(true, 6)
  const progress = terminalProgress(stream)
  progress.update('1 of 2')
  progress.update('1 of 2')
  progress.update('2 of 2')
  progress.done('built')
  assert.equal(written, ['\r\x1b[2K1 of ', '\r\x1b[2K2 of ', '\r\x1b[2Kbuilt\n'])
})

test('elsewhere writes a line now and then, and always the last', () => {
  const { written, stream } = aStream(false)
  let at = 0
  const progress = terminalProgress(stream, { everyMs: 1_000, now: () => at })
  for (const [when, line] of [
    [0, 'one'],
    [999, 'two'],
    [1_000, 'three'],
  ] as const) {
    at = when
    progress.update(line)
  }
  progress.done('built')
  assert.equal(written, ['one\n', 'three\n', 'built\n'])
})

test.run()
