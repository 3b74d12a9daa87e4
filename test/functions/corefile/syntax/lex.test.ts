import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lex } from '../../../../functions/corefile/syntax/lex.ts'

/** What github.com/coredns/caddy, caddyfile/lexer.go, makes of a text; words that it was asked for. */
const rows: readonly (readonly [what: string, source: string, words: readonly string[]])[] = [
  ['blanks part words', '.:53 {\n\tlog\n}', ['.:53', '{', 'log', '}']],
  ['a brace in a word is no brace', 'foo{ }', ['foo{', '}']],
  ['a comment goes to the end of its line', 'a # b c\nd', ['a', 'd']],
  [
    'a comment within a word goes to the next blank only',
    'cache 30# half a',
    ['cache', '30', 'half', 'a'],
  ],
  ['quotes keep blanks, line ends and comments', '"a b\n#c" d', ['a b\n#c', 'd']],
  ['only quotes are escaped', '"a\\"b\\n\\\\"', ['a"b\\n\\\\']],
  ['quotes within a word are letters', 'a"b c"', ['a"b', 'c"']],
  ['a closing quote ends the word', '"a"b', ['a', 'b']],
  ['empty quotes are a word', '"" a', ['', 'a']],
  ['a carriage return parts nothing and is gone', 'a\rb\r\n"c\rd"', ['ab', 'c\rd']],
  ['a byte order mark is left out, at the beginning only', '\ufeffa \ufeffb', ['a', '\ufeffb']],
  ['blanks are those of Unicode', 'a\u0085b\u00a0c\u3000d\u200be', ['a', 'b', 'c', 'd\u200be']],
  ['a quote that is never closed goes to the end', 'a "b }\n', ['a', 'b }\n']],
  ['one with nothing behind it is no word', 'a "', ['a']],
]

const test = suite('a Corefile is cut into words')
for (const [what, source, words] of rows) {
  test(what, () =>
    assert.equal(
      lex(source).tokens.map(({ text }) => text),
      words,
    ),
  )
}

test('each with its line and place', () => {
  const [, second, third] = lex('a\n"b\nc" d').tokens
  assert.equal(second, { text: 'b\nc', start: 2, end: 7, line: 2, file: '' })
  assert.equal(third, { text: 'd', start: 8, end: 9, line: 3, file: '' })
})

test('of which a carriage return is no part', () => {
  const [token] = lex('a\r\n').tokens
  assert.is(token?.end, 1)
})

test.run()
