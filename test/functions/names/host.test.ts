import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isHost, parseHost } from '../../../functions/names/host.ts'
import { randomOf } from '../../support/random.ts'

const octets = (count: number) => `${'a.'.repeat(130).slice(0, count - 1)}b`
const label63 = 'x'.repeat(63)

const taken: readonly (readonly [what: string, text: string, host: string])[] = [
  ['a name', 'app.cluster.local', 'app.cluster.local'],
  ['upper case is folded', 'App.Cluster.LOCAL', 'app.cluster.local'],
  ['one trailing dot is dropped', 'app.cluster.local.', 'app.cluster.local'],
  ['one label', 'app', 'app'],
  ['63 octets in a label', `${label63}.local`, `${label63}.local`],
  ['253 octets', octets(253), octets(253)],
  ['253 octets and the trailing dot', `${octets(253)}.`, octets(253)],
  ['a label of digits', '1.example', '1.example'],
  ['inner hyphens', 'a--b.local', 'a--b.local'],
  ['an IDN in its ASCII form', 'xn--bcher-kva.local', 'xn--bcher-kva.local'],
]

const refused: readonly (readonly [what: string, text: string, ...words: string[]])[] = [
  ['a wildcard', '*.cluster.local', 'wildcard', 'list the hosts'],
  ['a wildcard inside', 'a.*.local', 'wildcard'],
  ['a wildcard alone', '*', 'wildcard'],
  ['a part of a wildcard', 'a*.local', 'invalid-name', '"a*"'],
  ['nothing', '', 'invalid-name', '""'],
  ['a dot', '.', 'invalid-name'],
  ['an empty label', 'a..local', 'invalid-name', '""'],
  ['an empty first label', '.local', 'invalid-name', '""'],
  ['two trailing dots', 'a.local..', 'invalid-name', '""'],
  ['64 octets in a label', `${'x'.repeat(64)}.local`, 'invalid-name', '1 to 63'],
  ['254 octets', octets(254), 'invalid-name', '254 octets', 'at most 253'],
  ['a million octets', 'a.'.repeat(500_000), 'invalid-name', 'at most 253'],
  ['a leading hyphen', '-a.local', 'invalid-name', '"-a"'],
  ['a trailing hyphen', 'a-.local', 'invalid-name', '"a-"'],
  ['an underscore', '_dns._udp.local', 'invalid-name', 'SRV, TXT and MX'],
  ['an underscore within', 'a_b.local', 'invalid-name', '"a_b"'],
  ['a step up', '../k2s-dns', 'invalid-name', '""'],
  ['a slash', 'a/b.local', 'invalid-name', '"a/b"'],
  ['a path into our state', 'x/../../k2s-dns/schema', 'invalid-name'],
  ['a port', 'a.local:80', 'invalid-name', '"local:80"'],
  ['a blank', 'a b.local', 'invalid-name', '"a b"'],
  ['a line break at the end', 'a.local\n', 'invalid-name'],
  ['a zero', 'a\0.local', 'invalid-name'],
  ['a terminal command', '\x1b[31m.local', 'invalid-name', '"?[31m"'],
  ['an IDN', 'bücher.local', 'invalid-name', 'ASCII form: xn--bcher-kva.local'],
  ['an IDN in upper case', 'BÜCHER.local', 'invalid-name', 'ASCII form: xn--bcher-kva.local'],
  ['a sign that folds to a letter', '\u212a8s.local', 'invalid-name', 'ASCII form: k8s.local'],
  ['a full-width dot', 'a\uff0elocal', 'invalid-name', 'ASCII form: a.local'],
  ['an IDN of a million characters', 'ü'.repeat(1_000_000), 'invalid-name', 'at most 253'],
  ['half of a pair', '\ud800.local', 'invalid-name'],
  ['what CoreDNS takes for a wildcard', 'any.cluster.local', 'invalid-name', '"any"'],
  ['an IPv4 address', '10.0.0.1', 'invalid-name', 'IP address'],
  ['an IPv6 address', 'fd00::1', 'invalid-name'],
]

const tables = suite('a host')
for (const [what, text, host] of taken) {
  tables(`is taken: ${what}`, () => assert.is(parseHost(text), host))
}
for (const [what, text, reason, ...words] of refused) {
  tables(`is refused: ${what}`, () => {
    const parsed = parseHost(text)
    if (isHost(parsed)) return assert.unreachable(`it was taken as ${parsed}`)
    assert.is(parsed.reason, reason)
    for (const word of words) assert.ok(parsed.message.includes(word), parsed.message)
  })
  tables(`is refused in one printable line: ${what}`, () => {
    const parsed = parseHost(text)
    if (isHost(parsed)) return assert.unreachable(`it was taken as ${parsed}`)
    assert.match(parsed.message, /^[\x20-\x7e]{1,1200}$/)
  })
}

for (const [text, host] of [
  ['_http._tcp.shop.local', '_http._tcp.shop.local'],
  ['_DMARC.shop.local.', '_dmarc.shop.local'],
  ['s1._domainkey.shop.local', 's1._domainkey.shop.local'],
  [`_${'x'.repeat(62)}.local`, `_${'x'.repeat(62)}.local`],
] as const) {
  tables(`is taken for a record type that has such names: ${text.slice(0, 30)}`, () =>
    assert.is(parseHost(text, { underscores: true }), host),
  )
}
for (const text of [
  '_.local',
  '__a.local',
  'a_.local',
  '_-a.local',
  `_${label63}.local`,
  '_*.local',
]) {
  tables(`is refused there too: ${text.slice(0, 30)}`, () => {
    assert.not(isHost(parseHost(text, { underscores: true })))
  })
}

tables('that was taken is taken as it is, whatever it was made of', () => {
  const pieces = [
    ...'aZ0-.*/_:\\ \n\0üß\u212a\ud83d\u202e',
    '..',
    '../',
    'any',
    'local',
    'xn--',
    label63,
  ]
  let kept = 0
  for (let round = 0; round < 5_000; round++) {
    const random = randomOf(round)
    const text = Array.from({ length: random.below(9) }, () => random.oneOf(pieces)).join('')
    const host = parseHost(text)
    if (!isHost(host)) continue
    kept++
    assert.is(parseHost(host), host, `round ${round}`)
    const labels = host.split('.')
    const wrong = labels.filter((each) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(each))
    assert.equal(wrong, [], `round ${round}: ${JSON.stringify(text)}`)
    assert.ok(host.length <= 253, `round ${round}`)
  }
  assert.ok(kept > 100, `only ${kept} were hosts: the generator proves little`)
})

tables.run()
