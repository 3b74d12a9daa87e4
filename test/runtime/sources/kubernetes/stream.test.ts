import { Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lines } from '../../../../runtime/sources/kubernetes/stream.ts'
import { failureOf } from '../../../support/outcome.ts'
import { randomOf } from '../../../support/random.ts'

async function read(chunks: readonly (string | Buffer)[], maxBytes = 1_000): Promise<string[]> {
  const found = []
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  for await (const line of lines(stream, maxBytes)) found.push(line)
  return found
}

const rows: readonly (readonly [what: string, chunks: readonly string[], lines: string[]])[] = [
  ['nothing', [], []],
  ['one', ['a\n'], ['a']],
  ['two in a chunk', ['a\nb\n'], ['a', 'b']],
  ['one in many chunks', ['a', 'b', 'c\n'], ['abc']],
  ['the end of one with the begin of the next', ['a\nb', 'c\nd\n'], ['a', 'bc', 'd']],
  ['a newline by itself', ['a', '\n', 'b\n'], ['a', 'b']],
  ['empty ones are none', ['\n\na\n\n'], ['a']],
  ['what was cut off is none', ['a\nb'], ['a']],
]

const test = suite('lines')
for (const [what, chunks, expected] of rows) {
  test(what, async () => assert.equal(await read(chunks), expected))
}

test('are whole wherever the stream was cut, also inside a character', async () => {
  const text = 'ä€😀\n{"name":"bücher"}\n\nx\u2028y\n'
  const whole = ['ä€😀', '{"name":"bücher"}', 'x\u2028y']
  const bytes = Buffer.from(text)
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.equal(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `cut at ${cut}`)
  }
  for (let round = 0; round < 200; round++) {
    const random = randomOf(round)
    const chunks = []
    for (let from = 0; from < bytes.length; ) {
      const end = from + 1 + random.below(5)
      chunks.push(bytes.subarray(from, end))
      from = end
    }
    assert.equal(await read(chunks), whole, `round ${round}`)
  }
})

test('come as soon as they are there, before the stream goes on', async () => {
  const stream = new Readable({ read: () => undefined })
  const reader = lines(stream, 1_000)
  stream.push('a\nb')
  assert.is((await reader.next()).value, 'a')
  stream.push('\n')
  assert.is((await reader.next()).value, 'b')
  stream.destroy()
})

test('that are too long end it, however small the chunks are', async () => {
  const chunks = Array.from({ length: 200 }, () => 'x'.repeat(10))
  const failure = await failureOf(read(['a\n', ...chunks], 1_000))
  assert.is(String(failure), 'Error: a line of more than 1000 bytes')
})

test('may be as long as that, one after the other', async () => {
  const long = 'x'.repeat(1_000)
  assert.equal(await read([long, '\n', long, '\n', long, '\n'], 1_000), [long, long, long])
})

test('break off with the stream', async () => {
  const stream = Readable.from(
    (async function* () {
      yield Buffer.from('a\n')
      throw new Error('reset by peer')
    })(),
  )
  const found: string[] = []
  const reading = async () => {
    for await (const line of lines(stream, 1_000)) found.push(line)
  }
  assert.is(String(await failureOf(reading())), 'Error: reset by peer')
  assert.equal(found, ['a'])
})

test.run()
