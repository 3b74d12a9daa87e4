import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { entryLine } from '../../../../functions/hosts-file/own-line.ts'
import { parseHostsFile } from '../../../../functions/names/asking/hosts-file.ts'

/** `name → addresses`, then `line: message` of what is left out. */
function outcome(text: string): string[] {
  const { names, wrong } = parseHostsFile(text)
  return [
    ...[...names].map(([name, addresses]) => `${name} → ${[...addresses].join(', ')}`),
    ...wrong.map(({ line, message }) => `${line}: ${message}`),
  ]
}

const rows: readonly (readonly [what: string, text: string, ...outcome: string[]])[] = [
  ['an empty text', ''],
  ['blank lines', '\n  \n\t\n\r\n'],
  ['a comment', '# 10.0.0.1 a.local'],
  ['a comment after blanks', '  \t# 10.0.0.1 a.local'],
  ['a line', '10.0.0.1 a.local', 'a.local → 10.0.0.1'],
  ['a line that ends', '10.0.0.1 a.local\n', 'a.local → 10.0.0.1'],
  ['blanks on all sides', '  10.0.0.1   a.local  ', 'a.local → 10.0.0.1'],
  ['tabs', '\t10.0.0.1\ta.local\t\tb.local\t', 'a.local → 10.0.0.1', 'b.local → 10.0.0.1'],
  [
    'lines of Windows',
    '10.0.0.1 a.local\r\n10.0.0.2 b.local\r\n',
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.2',
  ],
  [
    'lines of an old Mac',
    '10.0.0.1 a.local\r10.0.0.2 b.local',
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.2',
  ],
  ['a byte order mark', '\uFEFF10.0.0.1 a.local', 'a.local → 10.0.0.1'],
  ['a comment behind', '10.0.0.1 a.local # the a # of ours', 'a.local → 10.0.0.1'],
  ['a comment behind without a blank', '10.0.0.1 a.local#b.local', 'a.local → 10.0.0.1'],
  [
    'aliases',
    '10.0.0.1 a.local b.local c',
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.1',
    'c → 10.0.0.1',
  ],
  ['IPv6', 'fd00::1 a.local', 'a.local → fd00::1'],
  ['IPv6 with dots', '::ffff:10.0.0.1 a.local', 'a.local → ::ffff:10.0.0.1'],
  [
    'a name in two lines',
    '10.0.0.1 a.local\n10.0.0.2 b.local\nfd00::1 a.local',
    'a.local → 10.0.0.1, fd00::1',
    'b.local → 10.0.0.2',
  ],
  ['a line twice', '10.0.0.1 a.local\n10.0.0.1 a.local', 'a.local → 10.0.0.1'],
  [
    'a name in two cases, one with its dot',
    '10.0.0.1 A.Local\n10.0.0.2 a.local.',
    'a.local → 10.0.0.1, 10.0.0.2',
  ],
  [
    'a loopback address, which policy.targets decides on',
    '127.0.0.1 localhost',
    'localhost → 127.0.0.1',
  ],
  ['a wildcard, which is no business of the format', '10.0.0.1 *.a.local', '*.a.local → 10.0.0.1'],
  ['a name that is none, neither', '10.0.0.1 a_b!', 'a_b! → 10.0.0.1'],
  [
    'a name like one of JavaScript’s',
    '10.0.0.1 constructor __proto__',
    'constructor → 10.0.0.1',
    '__proto__ → 10.0.0.1',
  ],
  ['an address alone', '10.0.0.1', '1: no name follows 10.0.0.1'],
  ['an address before a comment', '10.0.0.1 # a.local', '1: no name follows 10.0.0.1'],
  ['a name alone', 'a.local', '1: "a.local" is no IP address: write `address name…`'],
  ['the name first', 'a.local 10.0.0.1', '1: "a.local" is no IP address: write `address name…`'],
  [
    'an octet too large',
    '10.0.0.256 a.local',
    '1: "10.0.0.256" is no IP address: write `address name…`',
  ],
  [
    'an octet in octal',
    '010.0.0.1 a.local',
    '1: "010.0.0.1" is no IP address: write `address name…`',
  ],
  ['a short form', '127.1 a.local', '1: "127.1" is no IP address: write `address name…`'],
  ['a range', '10.0.0.0/8 a.local', '1: "10.0.0.0/8" is no IP address: write `address name…`'],
  [
    'an address in brackets',
    '[fd00::1] a.local',
    '1: "[fd00::1]" is no IP address: write `address name…`',
  ],
  [
    'an address of one machine',
    'fe80::1%lo0 a.local',
    '1: fe80::1%lo0 is of one machine only: leave out its zone',
  ],
  [
    'what steers a terminal',
    '\x1b[2J a.local',
    '1: "?[2J" is no IP address: write `address name…`',
  ],
  ['JSON', '{"a": 1}', '1: "{"a":" is no IP address: write `address name…`'],
  [
    'wrong lines among others, counted with blank ones',
    '10.0.0.1 a.local\n\nx y\r\n# 1\n10.0.0.2\n10.0.0.3 b.local',
    'a.local → 10.0.0.1',
    'b.local → 10.0.0.3',
    '3: "x" is no IP address: write `address name…`',
    '5: no name follows 10.0.0.2',
  ],
]

const own = entryLine({ name: 'a.local', address: '10.0.0.1' })
const withOurs: typeof rows = [
  [
    'lines that k2s-dns wrote, which ask for nothing',
    `# k2s-dns: begin\r\n${own}\r\n# k2s-dns: end\r\n10.0.0.2 b.local`,
    'b.local → 10.0.0.2',
  ],
  [
    'a line that it wrote and somebody changed',
    own.replace('10.0.0.1', '10.0.0.9'),
    'a.local → 10.0.0.9',
  ],
]

const test = suite('a hosts file of')
for (const [what, text, ...expected] of [...rows, ...withOurs])
  test(what, () => assert.equal(outcome(text), expected))

test('anything is read without a throw, and loses no right line', () => {
  const junk = fc.string({ unit: 'binary' })
  const property = fc.property(junk, junk, (before, after) => {
    const { names } = parseHostsFile(`${before}\n10.0.0.1 here.local\n${after}`)
    assert.ok(names.get('here.local')?.has('10.0.0.1'))
  })
  fc.assert(property, { seed: 5, numRuns: 300 })
})

test('what it reads is what was written', () => {
  const name = fc.stringMatching(/^[a-z]{1,3}(\.[a-z]{1,3}){0,2}$/)
  const address = fc.oneof(fc.ipV4(), fc.ipV6())
  const blank = fc.constantFrom(' ', '\t', '  \t')
  const line = fc.tuple(address, fc.array(name, { minLength: 1, maxLength: 4 }), blank)
  const property = fc.property(
    fc.array(line, { maxLength: 5 }),
    fc.constantFrom('\n', '\r\n'),
    (lines, end) => {
      const text = lines.map(([ip, names, gap]) => [ip, ...names].join(gap)).join(end)
      const expected = new Map<string, Set<string>>()
      for (const [ip, names] of lines) {
        for (const each of names) expected.set(each, (expected.get(each) ?? new Set()).add(ip))
      }
      assert.equal(parseHostsFile(text), { names: expected, wrong: [] })
    },
  )
  fc.assert(property, { seed: 5, numRuns: 50 })
})

test.run()
