import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseHost } from '../../../../functions/names/host.ts'
import { writeTarget } from '../../../../functions/names/targets/target.ts'
import { parseTargets } from '../../../../functions/names/targets/targets.ts'
import { maxTextOctets, typedTarget } from '../../../../functions/names/targets/typed-target.ts'

const longest = 'x'.repeat(maxTextOctets)

const taken: readonly (readonly [what: string, type: string, data: string, target: string])[] = [
  ['a text', 'TXT', 'v=spf1 -all', 'TXT "v=spf1 -all"'],
  ['a text in quotes', 'TXT', '"v=spf1 -all"', 'TXT "v=spf1 -all"'],
  ['a text in parts', 'TXT', ' "v=spf1 " "-all" ', 'TXT "v=spf1 -all"'],
  ['quotes in quotes', 'TXT', '"say \\"hi\\""', 'TXT "say \\"hi\\""'],
  ['quotes within', 'TXT', 'say "hi"', 'TXT "say \\"hi\\""'],
  ['a backslash', 'TXT', 'a\\b', 'TXT "a\\\\b"'],
  ['a backslash in quotes, before what is meant', 'TXT', '"a\\;b"', 'TXT "a;b"'],
  ['an octet by its number', 'TXT', '"a\\034b"', 'TXT "a\\"b"'],
  ['a number behind a backslash that is meant', 'TXT', '"a\\\\1"', 'TXT "a\\\\1"'],
  ['blanks around a text', 'TXT', ' a ', 'TXT " a "'],
  ['letters of anywhere', 'TXT', 'grüß', 'TXT "grüß"'],
  ['the longest text', 'TXT', longest, `TXT "${longest}"`],
  ['a service', 'SRV', '0 50 30080 node.example', 'SRV 0 50 30080 node.example'],
  [
    'a service as absolute name',
    'SRV',
    ' 0  50 030080 Node.Example. ',
    'SRV 0 50 30080 node.example',
  ],
  ['the largest numbers', 'SRV', '65535 65535 65535 a', 'SRV 65535 65535 65535 a'],
  ['a mail host', 'MX', '10 mail.example.', 'MX 10 mail.example'],
]

const refused: readonly (readonly [what: string, type: string, data: string, word: string])[] = [
  ['an empty text', 'TXT', '', 'empty'],
  ['an empty text in quotes', 'TXT', '""', 'empty'],
  ['a text that is too long', 'TXT', `${longest}x`, 'at most 1000 octets'],
  ['one that is too long in octets', 'TXT', 'ü'.repeat(501), 'not 1002'],
  ['quotes that do not end', 'TXT', '"a', 'quotes'],
  ['something behind quotes', 'TXT', '"a" b', 'quotes'],
  ['an octet that is no character', 'TXT', '"\\195"', 'quotes'],
  ['a number of two digits', 'TXT', '"\\19"', 'quotes'],
  ['a terminal command', 'TXT', '\x1b[2J', 'control'],
  ['a line break', 'TXT', '"a\nb"', 'control'],
  ['a control character by its number', 'TXT', '"\\027"', 'control'],
  ['a backslash where CoreDNS may cut', 'TXT', `\\${'x'.repeat(254)}`, 'backslash'],
  ['an entry of ExternalDNS', 'TXT', '"heritage=external-dns,external-dns/owner=x"', 'ExternalDNS'],
  ['one in bare words', 'TXT', 'external-dns/owner=x,heritage=external-dns', 'ExternalDNS'],
  ['one in quotes of its own', 'TXT', '"\\"heritage=external-dns\\""', 'ExternalDNS'],
  ['a service without port', 'SRV', '0 50 node.example', 'priority, weight, port'],
  ['a service with a word', 'SRV', '0 50 http node.example', 'priority, weight, port'],
  ['a number that is too large', 'SRV', '0 50 65536 node.example', '65535'],
  ['a negative number', 'SRV', '0 -1 80 node.example', 'priority, weight, port'],
  ['an address as the host', 'SRV', '0 50 80 10.0.0.1', 'IP address'],
  ['no service', 'SRV', '0 0 0 .', 'label'],
  ['a wildcard as the host', 'SRV', '0 50 80 *.example', 'wildcard'],
  ['a mail host without priority', 'MX', 'mail.example', 'priority and host'],
  ['no mail', 'MX', '0 .', 'label'],
  ['a record behind it', 'MX', '10 mail.example\nTXT x', 'priority and host'],
  ['a pointer', 'PTR', 'a.example', 'dns.zones'],
  ['a delegation', 'NS', 'ns.example', 'delegates'],
  ...['NAPTR', 'DNAME', 'CAA'].map((type) => [type, type, 'x', `no ${type} records`] as const),
  ['a type that is none', '\x1b', 'x', 'no such records'],
]

const test = suite('a typed target')
for (const [what, type, data, target] of taken) {
  test(`is taken: ${what}`, () => {
    const parsed = typedTarget(type, data)
    if ('reason' in parsed) return assert.unreachable(parsed.message)
    assert.is(writeTarget(parsed), target)
    assert.equal(parseTargets([parsed]), [target])
  })
}
for (const [what, type, data, word] of refused) {
  test(`is refused: ${what}`, () => {
    const parsed = typedTarget(type, data)
    if (!('reason' in parsed)) return assert.unreachable(`it was taken: ${writeTarget(parsed)}`)
    assert.is(parsed.reason, 'invalid-target')
    assert.ok(parsed.message.includes(word), parsed.message)
    assert.match(parsed.message, /^[\x20-\x7e]+$/)
  })
}

test('is never read from a text: an annotation can have none', () => {
  for (const [, , , target] of taken) assert.ok('reason' in parseTargets([target]), target)
  assert.ok('reason' in parseTargets(['10.0.0.1', 'TXT "hi"']))
})

test('stands beside addresses', () => {
  assert.equal(parseTargets(['10.0.0.1', { type: 'TXT', text: 'hi' }]), ['10.0.0.1', 'TXT "hi"'])
})

test('no name of a host is read as one', () => {
  for (const name of ['mx', 'txt', 'srv.example']) assert.is(parseHost(name), name)
})

test.run()
