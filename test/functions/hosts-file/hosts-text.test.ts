import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printHostsText, readHostsText } from '../../../functions/hosts-file/hosts-text.ts'
import { type Entry, entryLine } from '../../../functions/hosts-file/own-line.ts'
import { full, seed } from '../../runner/full.ts'
import { bytes, oddFiles, swapped, text, utf16 } from './odd-files.ts'

const registry = { name: 'k2s-registry.local', address: '172.19.1.100' }
const gateway = { name: 'k2s-gateway.local', address: '172.19.1.100' }

function edit(
  file: Uint8Array,
  entries: readonly Entry[],
  lineEnd: '\n' | '\r\n' = '\n',
): Uint8Array {
  const read = readHostsText(file)
  assert.ok(read)
  return printHostsText(read, entries, lineEnd)
}

const entriesIn = (file: Uint8Array) => readHostsText(file)?.entries
const same = (actual: Uint8Array, expected: Uint8Array, what?: string) =>
  assert.ok(
    Buffer.from(actual).equals(expected),
    `${what ?? 'bytes'}: ${JSON.stringify(Buffer.from(actual).toString('latin1').slice(-400))}`,
  )

const odd = suite('a hosts file with')
for (const [what, file] of oddFiles) {
  odd(`${what}: ours come, change and go, and every other byte stays`, () => {
    for (const lineEnd of ['\n', '\r\n'] as const) {
      const written = edit(file, [registry], lineEnd)
      assert.equal(entriesIn(written), [registry])
      same(written.subarray(0, file.length), file, 'theirs above ours')
      same(edit(written, [registry], lineEnd), written, 'written twice')
      const other = edit(written, [gateway, registry], lineEnd)
      assert.equal(entriesIn(other), [gateway, registry])
      same(edit(other, [registry], lineEnd), written, 'written back')
      same(edit(other, [], lineEnd), file, 'taken out')
    }
  })
}

odd('a line that somebody adds behind ours: it stays, and so does the line above', () => {
  for (const [what, file] of oddFiles) {
    if (readHostsText(file)?.encoding.startsWith('utf-16')) continue
    const added = text('10.1.1.1 added\n')
    const appended = bytes(edit(file, [registry]), added)
    const rest = edit(appended, [])
    same(rest.subarray(0, file.length), file, what)
    same(rest.subarray(-added.length), added, what)
    assert.ok(rest.length - file.length - added.length <= 2, `${what}: at most a line end is new`)
  }
})
odd.run()

const block = suite('our block')
const lines = (...each: readonly string[]) => text(each.map((line) => `${line}\n`).join(''))
const [ours, ours2] = [entryLine(registry), entryLine(gateway)]

block('is one name a line between two comments, at the end of the file', () => {
  assert.is(
    Buffer.from(edit(text('127.0.0.1 localhost\n'), [registry, gateway])).toString(),
    [
      '127.0.0.1 localhost',
      '# k2s-dns: begin',
      `172.19.1.100 k2s-registry.local # k2s-dns ${ours.slice(-8)}`,
      `172.19.1.100 k2s-gateway.local # k2s-dns ${ours2.slice(-8)}`,
      '# k2s-dns: end',
      '',
    ].join('\n'),
  )
})

block('has the line ends of the line above it, else of the lines below, else of the system', () => {
  const endsIn = (file: string) => Buffer.from(edit(text(file), [registry], '\r\n')).toString()
  assert.match(endsIn('a\r\nb\n'), /^a\r\nb\n# k2s-dns: begin\n[^\r]*$/)
  assert.match(endsIn('a\nb\r\n'), /^a\nb\r\n# k2s-dns: begin\r\n.*\r\n.*\r\n$/)
  assert.match(endsIn('a'), /^a\r\n# k2s-dns: begin behind \w+\r\n/)
  const moved = Buffer.concat([edit(text(''), [registry], '\r\n'), text('a\n')])
  assert.match(Buffer.from(edit(moved, [gateway], '\r\n')).toString(), /^# k2s-dns: begin\n[^\r]*$/)
})

block('stays where it is, though others write below', () => {
  const file = bytes(edit(text('a\n'), [registry]), text('b\n'))
  same(edit(file, [gateway]), bytes(edit(text('a\n'), [gateway]), text('b\n')))
})

block('has the encoding of the file', () => {
  same(
    edit(utf16('a\r\n'), [registry]),
    utf16(`a\r\n# k2s-dns: begin\r\n${ours}\r\n# k2s-dns: end\r\n`),
  )
  same(edit(swapped(utf16('a\r\n')), [registry]), swapped(edit(utf16('a\r\n'), [registry])))
})

block('is not written into UTF-16 that ends within a character', () => {
  assert.is(readHostsText(bytes(utf16('a\r\n'), [0x0a])), undefined)
})
block.run()

const broken = suite('our block broken')
const begin = '# k2s-dns: begin'
const end = '# k2s-dns: end'
/** The lines, and what is somebody else's of them. */
const breaks: readonly (readonly [what: string, file: Uint8Array, theirs: Uint8Array])[] = [
  ['begin without end', lines('a', begin, ours, 'b'), lines('a', 'b')],
  ['begin without end, nothing behind', lines('a', begin, ours), lines('a')],
  ['begin alone', lines('a', begin), lines('a')],
  ['begin alone, without its line end', text(`a\n${begin}`), lines('a')],
  ['end without begin', lines('a', ours, end, 'b'), lines('a', 'b')],
  ['end alone', lines(end, 'a'), lines('a')],
  ['the end first', lines('a', end, 'b', begin, 'c'), lines('a', 'b', 'c')],
  ['no comment left', lines('a', ours, 'b', ours2), lines('a', 'b')],
  ['twice', lines(begin, ours, end, 'a', begin, ours, end), lines('a')],
  ['nested', lines(begin, ours, begin, ours2, end, 'a', end), lines('a')],
  ['begin twice', lines(begin, begin, ours, end, 'a'), lines('a')],
  ['end twice', lines(begin, ours, end, end, 'a'), lines('a')],
  ['a line of theirs inside', lines(begin, ours, '10.0.0.9 x', end), lines('10.0.0.9 x')],
  ['a blank line inside', lines(begin, '', ours, end), lines('')],
  [
    'another address inside',
    lines(begin, ours.replace('172', '10'), ours2, end),
    lines(ours.replace('172', '10')),
  ],
  [
    'another name inside',
    lines(begin, ours.replace('registry', 'shop'), end),
    lines(ours.replace('registry', 'shop')),
  ],
  ['an alias added', lines(begin, `${ours} x`, end), lines(`${ours} x`)],
  ['a line commented out', lines(begin, `#${ours}`, end), lines(`#${ours}`)],
  ['a line indented', lines(begin, ` ${ours}`, end), lines(` ${ours}`)],
  ['our comment cut off', lines(begin, ours.slice(0, -11), end), lines(ours.slice(0, -11))],
  ['tabs for blanks', lines(ours.replaceAll(' ', '\t')), lines(ours.replaceAll(' ', '\t'))],
  ['the last line end gone', text(`a\n${begin}\n${ours}\n${end}`), lines('a')],
  [
    'cut off within a line',
    text(`a\n${begin}\n${ours.slice(0, 20)}`),
    text(`a\n${ours.slice(0, 20)}`),
  ],
  ['other line ends', text(`a\r\n${begin}\r\n${ours}\r\n${end}\r\n`), text('a\r\n')],
  ['sorted', lines(end, begin, '10.0.0.9 x', ours2, ours), lines('10.0.0.9 x')],
  ['joined with a line of theirs', lines(begin, `a ${ours}`, end), lines(`a ${ours}`)],
  ['a marker within a comment of theirs', lines(`# ${begin}`, ours), lines(`# ${begin}`)],
  ['a check sum of another line above', lines('a', `${begin} behind 00000000`, ours), lines('a')],
]
for (const [what, file, theirs] of breaks) {
  broken(`${what}: what is theirs stays, what is ours is put right`, () => {
    same(edit(file, []), theirs)
    const mended = edit(file, [gateway])
    assert.equal(entriesIn(mended), [gateway])
    same(edit(mended, [gateway]), mended)
    same(edit(mended, []), theirs)
  })
}

broken('the line above it was changed, whose end was ours: the end is theirs now', () => {
  const file = Buffer.from(edit(text('10.0.0.1 a'), [registry])).toString()
  same(edit(text(file.replace('10.0.0.1 a', '10.0.0.1 b')), []), text('10.0.0.1 b\n'))
  same(edit(text(file.replace('10.0.0.1 a\n', '')), []), text(''))
})
broken.run()

const any = suite('of any bytes')
const numRuns = full ? 50_000 : 2_000
const pieces = fc.oneof(
  fc.constantFrom(
    begin,
    end,
    ours,
    ours2,
    `${begin} behind 00000000`,
    '127.0.0.1 localhost',
    '',
    '#',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const files = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .array(fc.tuple(pieces, fc.constantFrom('\n', '\r\n', '\r', '', '\n\n')), { maxLength: 12 })
    .map((all) => text(all.flat().join(''))),
  fc.string({ unit: 'binary', maxLength: 40 }).map(utf16),
)
const wishes = fc.subarray([registry, gateway, { name: 'a.local', address: 'fd00::1' }])

any('what is theirs stays, whatever is written in between', () => {
  const property = fc.property(files, wishes, wishes, (file, first, second) => {
    const read = readHostsText(file)
    if (!read) return
    const theirs = printHostsText(read, [], '\n')
    const written = edit(file, first)
    assert.equal(entriesIn(written), first)
    same(edit(written, first), written, 'twice')
    same(edit(edit(written, second), []), theirs, 'taken out')
    const without = (all: Uint8Array) =>
      Buffer.from(all)
        .toString('latin1')
        .replaceAll(/[\r\n]/g, '')
    if (read.entries.length === 0 && !without(file).includes('# k2s-dns: ')) same(theirs, file)
  })
  fc.assert(property, { seed, numRuns })
})
any.run()
