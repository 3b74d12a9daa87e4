import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { entryLine } from '../../../functions/hosts-file/own-line.ts'
import { remarksOn } from '../../../functions/hosts-file/remarks.ts'
import { text, utf16 } from './odd-files.ts'

const ours = [
  { name: 'a.local', address: '10.0.0.1' },
  { name: 'a.local', address: 'fd00::1' },
]
const taken = (line: number, address: string) =>
  `line ${line} gives a.local to ${address}: of two lines most programs take the first`
const [line] = ours.map(entryLine)

const rows: readonly (readonly [what: string, file: string, ...remarks: string[]])[] = [
  ['nothing of the sort', '127.0.0.1 localhost\n# 10.0.0.9 a.local\n10.0.0.9 b.local # a.local\n'],
  ['our own line', `${line}\n`],
  ['our name at another address', '\n10.0.0.9 a.local\n', taken(2, '10.0.0.9')],
  [
    'our name as an alias, in capitals, of Windows',
    '10.0.0.9\tb A.LOCAL\r\n',
    taken(1, '10.0.0.9'),
  ],
  ['our name at our address', '10.0.0.1 a.local\nfd00::1 x a.local\n'],
  ['our name in a line that no resolver reads', '10.0.0 a.local\nevil\x1b[2J a.local\n'],
  [
    'a line of ours that somebody changed',
    `${line?.replace('10.0.0.1', '10.0.0.9')}\n`,
    'line 1 was ours until somebody changed it: it stays',
  ],
]
const test = suite('of a hosts file is told')
for (const [what, file, ...remarks] of rows)
  test(what, () => assert.equal(remarksOn(text(file), ours), remarks))

test('that nobody reads UTF-16', () => {
  assert.equal(remarksOn(utf16('127.0.0.1 a\r\n10.0.0.9 a.local\r\n'), ours), [
    'it is UTF-16LE, which no resolver reads: save it as UTF-8',
    taken(2, '10.0.0.9'),
  ])
})
test.run()
