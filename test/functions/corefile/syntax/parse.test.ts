import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CorefileError } from '../../../../functions/corefile/syntax/cursor.ts'
import { parse, textOfKey } from '../../../../functions/corefile/syntax/parse.ts'
import { print } from '../../../../functions/corefile/syntax/print.ts'
import { fixtures } from '../fixtures.ts'

const lossless = suite('printed as read')
for (const [name, source] of Object.entries(fixtures)) {
  if (['one-line', 'unclosed'].includes(name)) {
    lossless(`not at all: ${name}`, () => assert.throws(() => parse(source), isCorefileError))
  } else {
    lossless(name, () => assert.is(print(parse(source)), source))
  }
}

const isCorefileError = (error: unknown) => error instanceof CorefileError

/** Blocks in short: keys, then each directive's words. */
const shape = (source: string, files?: Readonly<Record<string, string>>) =>
  parse(source, files).blocks.map(({ keys, directives }) => [
    keys.map(textOfKey).join(' '),
    ...directives.map(({ tokens }) => tokens.map(({ text }) => text).join(' ')),
  ])

const test = suite('a Corefile is read')
const read: readonly (readonly [what: string, source: string, shape: string[][]])[] = [
  ['keys by comma over lines', 'a, b,\nc\n{\nlog\n}', [['a b c', 'log']]],
  ['a block without braces', 'a\nlog\nerrors', [['a', 'log', 'errors']]],
  ['a stray brace ends it', 'a\nlog\n}\nb {\n}', [['a', 'log'], ['b']]],
  ['keys alone', 'a b', [['a b']]],
  ['a block without keys is passed over', '{\nlog\n}\na {\n}', [['a']]],
  ['a brace on the next line', 'a {\ncache\n{\nx\n}\n}', [['a', 'cache { x }']]],
  ['the last brace closes two blocks', 'a {\ncache {\n}', [['a', 'cache { }']]],
  ['a snippet', '(s) {\nlog\ncache {\nx\n}\n}\na {\nimport s\n}', [['a', 'log', 'cache { x }']]],
  ['a snippet in a plugin', '(s) {\nx\n}\na {\ncache {\nimport s\n}\n}', [['a', 'cache { x }']]],
  ['a word that is quoted is what it says', '"a" "{"\n"log"\n"}"', [['a', 'log']]],
]
for (const [what, source, expected] of read) {
  test(what, () => assert.equal(shape(source), expected))
}

const wrong: readonly (readonly [source: string, message: string])[] = [
  ['a,', 'Corefile:1: a zone is missing after a comma'],
  ['a,\n{\n}', 'Corefile:2: a zone is missing after a comma'],
  ['a {\nlog\n', 'Corefile:2: a server block is not closed'],
  ['a {\ncache {\nlog', 'Corefile:3: the block of cache is not closed'],
  ['a {\nlog }', 'Corefile:2: a closing brace that opened nowhere'],
  ['(s)\nlog', 'Corefile:2: a snippet needs braces'],
  ['(s) {\n', 'Corefile:1: a snippet is not closed'],
  ['(s) {\n}\n(s) {\n}', 'Corefile:4: the snippet (s) is there twice'],
  ['(s) {\nimport s\n}', 'the snippet (s) imports itself'],
  ['a {\nimport\n}', 'import lacks a file or a snippet'],
  ['import a b', 'import takes one file or snippet only'],
  ['import */*', 'one wildcard at most'],
  ['import custom/a.server', 'import custom/a.server: no such file'],
  [
    '(s) {\nimport t\n}\n(t) {\nimport s\n}\na {\nimport s\n}',
    'more than 10000 imports of snippets',
  ],
]
for (const [source, message] of wrong) {
  test(`not at all: ${message}`, () => {
    assert.throws(
      () => parse(source, {}),
      (error: unknown) => isCorefileError(error) && String(error).includes(message),
    )
  })
}

test('with the files that it imports, in the order of their names', () => {
  const files = { 'b.server': 'b {\n}', 'a.server': 'a {\n}', 'c.override': 'log' }
  assert.equal(shape('import custom/*.server', files), [['a'], ['b']])
  assert.equal(shape('x {\nimport /etc/coredns/custom/*.override\n}', files), [['x', 'log']])
  const more = { 'a.override': 'log', 'b.override': 'errors' } // a file begins a line
  assert.equal(shape('x {\nimport custom/*.override\n}', more), [['x', 'log', 'errors']])
})

test('with imports that are not at hand as if they were empty, and tells which', () => {
  const { blocks, imports } = parse('import zones/*\na {\n}')
  assert.is(blocks.length, 1)
  assert.equal(
    imports.map(({ pattern, isKnown }) => [pattern, isKnown]),
    [['zones/*', false]],
  )
})

lossless.run()
test.run()
