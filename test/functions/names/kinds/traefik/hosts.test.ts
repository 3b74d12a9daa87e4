import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostsOf, patternsOf } from '../../../../../functions/names/kinds/traefik/hosts.ts'
import { httpMatchers, tcpMatchers } from '../../../../../functions/names/kinds/traefik/matchers.ts'
import { parseRule } from '../../../../../functions/names/kinds/traefik/rule.ts'

type Rows = readonly (readonly [what: string, rule: string, ...hosts: string[]])[]

const http: Rows = [
  ['a host', 'Host(`a`)', 'a'],
  ['a host in double quotes', 'Host("a")', 'a'],
  ['an escape in double quotes', 'Host("a\\x2elocal")', 'a.local'],
  ['upper case in the name', 'Host(`A.Local`)', 'a.local'],
  ['a last dot', 'Host(`a.local.`)', 'a.local'],
  ['the same host in two spellings', 'Host(`A.local`) || Host(`a.local.`)', 'a.local'],
  ['two hosts in one matcher (v2)', 'Host(`a`, `b`)', 'a', 'b'],
  ['a comma after the last host', 'Host(`a`, `b`,)', 'a', 'b'],
  ['the header by its name (v2)', 'HostHeader(`a`)', 'a'],
  ['a matcher in lower case', 'host(`a`)', 'a'],
  ['a matcher in upper case', 'HOST(`a`)', 'a'],
  ['a matcher in title case', 'Hostheader(`a`)', 'a'],
  ['no blanks', 'Host(`a`)&&PathPrefix(`/x`)||Host(`b`)', 'a', 'b'],
  ['many blanks', ' \t Host ( `a` \t) \n', 'a'],
  ['lines that end in an operator', 'Host(`a`) ||\n  Host(`b`) &&\r\n  Path(`/`)\n', 'a', 'b'],
  ['comments of Go', '/* shop */ Host(`a`) || // and\nHost(`b`) // no more', 'a', 'b'],

  ['a host and a path', 'Host(`a`) && PathPrefix(`/x`)', 'a'],
  ['a path and a host', 'PathPrefix(`/x`) && Host(`a`)', 'a'],
  ['a host and no path', 'Host(`a`) && !PathPrefix(`/x`)', 'a'],
  ['a host and a method', 'Host(`a`) && (Method(`GET`) || Method(`HEAD`))', 'a'],
  ['a host and a client', 'Host(`a`) && ClientIP(`10.0.0.0/8`)', 'a'],
  ['a host and a header', 'Host(`a`) && Header(`x`, `Host("b")`)', 'a'],
  ['a host and headers (v2)', 'Host(`a`) && Headers(`x`, `y`)', 'a'],
  ['a host and a query', 'Host(`a`) && Query(`x`, `y`)', 'a'],
  ['a host and regular expressions', 'Host(`a`) && PathRegexp("^/\\\\d+$")', 'a'],
  ['a text that looks like a host', 'PathPrefix(`/Host("b")`) && Host(`a`)', 'a'],
  ['a host and a path that cannot be', 'Host(`a`) && Path(`/`) && !Path(`/`)', 'a'],

  ['either host', 'Host(`a`) || Host(`b`)', 'a', 'b'],
  ['both hosts at once', 'Host(`a`) && Host(`b`)'],
  ['the same host twice', 'Host(`a`) && Host(`a`)', 'a'],
  ['what two lists share', 'Host(`a`, `b`) && Host(`b`, `c`)', 'b'],
  ['one host, or both at once', 'Host(`a`) || (Host(`b`) && Host(`c`))', 'a'],
  ['and before or', 'Host(`a`) || Host(`b`) && Host(`c`)', 'a'],
  ['and before or, on the left', 'Host(`a`) && Host(`b`) || Host(`c`)', 'c'],
  ['parentheses before and', '(Host(`a`) || Host(`b`)) && Host(`b`)', 'b'],
  ['parentheses around all', '((Host(`a`)))', 'a'],
  ['a host of each branch', '(Host(`a`) && Path(`/`)) || (Host(`b`) && !Path(`/`))', 'a', 'b'],
  ['a common path', '(Host(`a`) || Host(`b`)) && Path(`/`)', 'a', 'b'],
  ['a host beside any host', 'Host(`a`) || PathPrefix(`/x`)', 'a'],
  ['a host beside any host, narrowed', '(Host(`a`) || Path(`/`)) && Host(`b`)', 'b'],
  ['an impossible host beside any host', 'Path(`/`) || (Host(`a`) && Host(`b`))'],
  ['two ways to the same host', '(Host(`a`) || Path(`/`)) && (Host(`b`) || Path(`/y`))', 'a', 'b'],

  ['no host but this', '!Host(`a`)'],
  ['a host, and not', 'Host(`a`) && !Host(`a`)'],
  ['a host, and not it in other spelling', 'Host(`a`) && !Host(`A.`)'],
  ['a host, but not another', 'Host(`a`) && !Host(`b`)', 'a'],
  ['a host, or not', 'Host(`a`) || !Host(`a`)', 'a'],
  ['a host, or not another', 'Host(`a`) || !Host(`b`)', 'a'],
  ['not one of a list', 'Host(`a`, `b`) && !Host(`b`, `c`)', 'a'],
  ['not not', '!!Host(`a`)', 'a'],
  ['not not, in parentheses', '!(!Host(`a`))', 'a'],
  ['not not, deep', '!( ! ( !( !(Host(`a`)))))', 'a'],
  ['not both', '!(Host(`a`) && Host(`b`))'],
  ['neither', '!(Host(`a`) || Host(`b`))'],
  ['not neither', '!(!Host(`a`) && !Host(`b`))', 'a', 'b'],
  ['not either not', '!(!Host(`a`) || !Host(`b`))'],
  ['not either not, with the same', '!(!Host(`a`) || !Host(`a`))', 'a'],
  ['not: a path or not a host', '!(Path(`/`) || !Host(`a`))', 'a'],
  ['a list without one, in parentheses', 'Host(`a`, `b`) && !(Host(`a`) && Path(`/`))', 'a', 'b'],
  ['a list without one, for any path', 'Host(`a`, `b`) && !(Host(`a`) || Path(`/`))', 'b'],
  ['not binds tighter than and', '!Host(`a`) && Host(`b`)', 'b'],

  ['no matcher of hosts', 'PathPrefix(`/`)'],
  ['no host by a pattern', 'HostRegexp(`^.+\\.local$`)'],
  ['a host that may meet a pattern', 'Host(`a`) && HostRegexp(`^b$`)', 'a'],
  ['a host that may not meet a pattern', 'Host(`a`) && !HostRegexp(`^a$`)', 'a'],
  ['a host beside a pattern', 'Host(`a`) || HostRegexp(`{name:[a-z]+}.local`)', 'a'],
  ['an address', 'Host(`10.0.0.1`) || Host(`fd00::1`) || Host(`a`)', 'a'],
  ['any host', 'Host(`*`)'],
  ['any host, and one', 'Host(`*`) && Host(`a`)', 'a'],
  ['any host, or one', 'Host(`*`) || Host(`a`)', 'a'],
  ['any host, but one', 'Host(`*`) && !Host(`a`)'],
  ['not any host', 'Host(`a`) && !Host(`*`)'],
  ['a short name, by any host only', '(Host(`a`) && Host(`b`)) || Host(`*`)'],
  ['a wildcard', 'Host(`*.local`)', '*.local'],
  ['a wildcard, and a name below it', 'Host(`*.local`) && Host(`a.local`)', 'a.local'],
  ['a wildcard, and a name elsewhere', 'Host(`*.local`) && Host(`a.b.local`)'],
  ['a wildcard, but one name', 'Host(`*.local`) && !Host(`a.local`)', '*.local'],
  ['not a wildcard', '!Host(`*.local`)'],
  ['not below a wildcard', 'Host(`a.local`, `b.c`) && !Host(`*.local`)', 'b.c'],
  ['a wildcard and another', 'Host(`*.local`) && Host(`*.a.local`)'],
  ['what is no name, to be refused', 'Host(`a_b`) || Host(`bücher.local`)', 'a_b', 'bücher.local'],
  ['the Kelvin sign, which is no k', 'Host(`\u212a.local`)', '\u212a.local'],
]

const tcp: Rows = [
  ['a server name', 'HostSNI(`a`)', 'a'],
  ['several (v2)', 'HostSNI(`a`, `b`)', 'a', 'b'],
  ['any or none', 'HostSNI(`*`)'],
  ['any or none, beside one (v2)', 'HostSNI(`a`, `*`)', 'a'],
  ['a server name and more', 'HostSNI(`a`) && ALPN(`h2`) && !ClientIP(`10.0.0.1`)', 'a'],
  ['not a server name', '!HostSNI(`a`) && HostSNI(`b`)', 'b'],
  ['lower case', 'hostsni(`a`) && alpn(`h2`)', 'a'],
  ['title case', 'Hostsni(`a`) && Alpn(`h2`)', 'a'],
  ['a pattern', 'HostSNIRegexp(`^.+$`)'],
  ['a wildcard', 'HostSNI(`*.local`)', '*.local'],
]

const test = suite('a rule names and serves')
for (const [matchers, rows] of [
  [httpMatchers, http],
  [tcpMatchers, tcp],
] as const) {
  for (const [what, rule, ...hosts] of rows) {
    test(`${what}: ${rule}`, () => assert.equal(hostsOf(parseRule(rule, matchers)), hosts))
  }
}

const patterns: Rows = [
  ['a pattern', 'HostRegexp(`^[a-z]+\\.local$`)', '^[a-z]+\\.local$'],
  ['a pattern beside a host', 'Host(`a`) || HostRegexp(`.+\\.local`)', '.+\\.local'],
  ['a pattern in the syntax of v2', 'HostRegexp(`{n:.+}.local`)', '{n:.+}.local'],
  ['no negated one', '!HostRegexp(`a|b`) && HostRegexp(`c|d`)', 'c|d'],
  [
    'none of any host',
    'HostRegexp(`.+`) || HostRegexp(`^.*$`) || HostRegexp(`{any:.+}`, `{h:.*}`)',
  ],
  ['no regular expression of a path', 'PathRegexp(`a|b`)'],
]
for (const [what, rule, ...expected] of patterns) {
  test(`by pattern ${what}: ${rule}`, () =>
    assert.equal(patternsOf(parseRule(rule, httpMatchers)), expected))
}

test.run()
