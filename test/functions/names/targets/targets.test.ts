import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maxTargets, parseTargets, printable } from '../../../../functions/names/targets/targets.ts'

const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.0.0.${i}`)

const taken: readonly (readonly [what: string, texts: readonly string[], targets: string[]])[] = [
  ['none', [], []],
  ['an address', ['172.19.1.100'], ['172.19.1.100']],
  ['a name', ['lb.example.com'], ['lb.example.com']],
  ['a name in upper case with a dot', ['LB.Example.com.'], ['lb.example.com']],
  ['a name twice', ['a.example', 'A.example.'], ['a.example']],
  [
    'addresses in any order, each once',
    ['10.0.0.2', '10.0.0.1', '10.0.0.2'],
    addresses(3).slice(1),
  ],
  ['IPv6 as RFC 5952 writes it', ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'], ['2001:db8::1']],
  ['IPv4 in IPv6’s clothes, once', ['::ffff:10.0.0.1', '10.0.0.1'], ['10.0.0.1']],
  ['both families', ['fd00::1', '10.0.0.1'], ['10.0.0.1', 'fd00::1']],
  ['addresses beside a name: the addresses', ['lb.example.com', '10.0.0.1'], ['10.0.0.1']],
  [`${maxTargets} addresses`, addresses(maxTargets), addresses(maxTargets).sort()],
]

const refused: readonly (readonly [
  what: string,
  texts: readonly string[],
  reason: string,
  ...words: string[],
])[] = [
  ['two names', ['a.example', 'b.example'], 'invalid-target', 'one target', 'a.example, b.example'],
  [`${maxTargets + 1} addresses`, addresses(maxTargets + 1), 'too-many-targets', 'at most 32'],
  ['no address and no name', ['10.0.0.256'], 'invalid-target', '"10.0.0.256"', 'IP address'],
  ['octal digits', ['010.0.0.1'], 'invalid-target'],
  ['a range', ['10.0.0.0/8'], 'invalid-target', '"10.0.0.0/8"'],
  ['a wildcard', ['*.example.com'], 'invalid-target', 'wildcard'],
  ['a URL', ['http://a.example'], 'invalid-target'],
  ['JSON', ['"},"host":"x'], 'invalid-target'],
  ['nothing', [''], 'invalid-target', '""'],
  ['one good and one bad', ['10.0.0.1', 'a b'], 'invalid-target', '"a b"'],
  ['a terminal command', ['\x1b[2J'], 'invalid-target', '"?[2J"'],
]

const test = suite('targets')
for (const [what, texts, targets] of taken) {
  test(`are taken: ${what}`, () => assert.equal(parseTargets(texts), targets))
}
for (const [what, texts, reason, ...words] of refused) {
  test(`are refused: ${what}`, () => {
    const parsed = parseTargets(texts)
    if (!('reason' in parsed)) return assert.unreachable(`they were taken as ${parsed.join(', ')}`)
    assert.is(parsed.reason, reason)
    for (const word of words) assert.ok(parsed.message.includes(word), parsed.message)
    assert.match(parsed.message, /^[\x20-\x7e]+$/)
  })
}

test('a text from outside can steer no terminal and be no page', () => {
  const text = `ä€\x1b[31m\r\n\x7f\x9b\u2028\u202e\ud800${'x'.repeat(1_000)}`
  const shown = printable(text)
  assert.is(shown.slice(0, 14), 'ä€?[31m???????')
  assert.is(shown.length, 260)
  assert.ok(shown.isWellFormed())
})

test.run()
