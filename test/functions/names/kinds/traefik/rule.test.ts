import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { httpMatchers, tcpMatchers } from '../../../../../functions/names/kinds/traefik/matchers.ts'
import {
  maxDepth,
  maxRuleLength,
  parseRule,
  RuleError,
} from '../../../../../functions/names/kinds/traefik/rule.ts'

const matcher = `!, ( or one of ${httpMatchers.names.join(', ')}`
const text = 'a text in back or double quotes, not empty'

/** Each of them is refused by Traefik's own parser as well. */
const rows: readonly (readonly [rule: string, at: number, expected: string, found: string])[] = [
  ['', 1, matcher, 'the end'],
  [' \n', 3, matcher, 'the end'],
  ['Host', 5, '(', 'the end'],
  ['Host(', 6, text, 'the end'],
  ['Host()', 6, text, '")"'],
  ['Host(,)', 6, text, '","'],
  ['Host(``)', 6, text, '""'],
  ['Host("")', 6, text, '""'],
  ['Host(`a`, ``)', 11, text, '""'],
  ['Host(`a`,,)', 10, text, '","'],
  ['Host(a.local)', 6, text, '"a"'],
  ["Host('a')", 6, text, `"'"`],
  ['Host(1)', 6, text, '"1"'],
  ['Host((`a`))', 6, text, '"("'],
  ['Host(Host(`a`))', 6, text, '"Host"'],
  ['Host(`a`', 9, ', or )', 'the end'],
  ['Host(`a` `b`)', 10, ', or )', '"b"'],
  ['Host(`a`...)', 9, ', or )', '"."'],
  ['Host(`a)', 6, text, 'a text without its closing `'],
  ['Host("a\nb")', 6, text, 'a text without its closing "'],
  ['Host("\\.")', 6, text, '"\\." with an escape that Go does not know'],
  ['Host("\\ud800")', 6, text, '"\\ud800" with an escape that Go does not know'],
  ['Host("\\777")', 6, text, '"\\777" with an escape that Go does not know'],
  ['Host `a`', 6, '(', '"a"'],
  ['Host(`a`))', 10, '&&, || or the end', '")"'],
  ['(Host(`a`)', 11, '&&, || or )', 'the end'],
  ['()', 2, matcher, '")"'],
  ['!', 2, matcher, 'the end'],
  ['Host(`a`) &&', 13, matcher, 'the end'],
  ['|| Host(`a`)', 1, matcher, '"||"'],
  ['Host(`a`) & Host(`b`)', 11, '&&, || or the end', '"&"'],
  ['Host(`a`) and Host(`b`)', 11, '&&, || or the end', '"and"'],
  ['Host(`a`) Host(`b`)', 11, '&&, || or the end', '"Host"'],
  ['Host(`a`) == Host(`b`)', 11, '&&, || or the end', '"="'],
  ['Host(`a`);', 10, '&&, || or the end', '";"'],
  ['Host(`a`)\u00a0&& Path(`/`)', 10, '&&, || or the end', '"\u00a0"'],
  ['Host(`a`) /* Path(`/`)', 11, '&&, || or the end', '"/"'],
  ['hOST(`a`)', 1, matcher, '"hOST"'],
  ['Hosts(`a`)', 1, matcher, '"Hosts"'],
  ['HostSNI(`a`)', 1, matcher, '"HostSNI"'],
  ['a.Host(`a`)', 1, matcher, '"a"'],
  ['`Host`(`a`)', 1, matcher, '"Host"'],
  ['true', 1, matcher, '"true"'],
  ['Host\u001b(`a`)', 5, '(', '"?"'],
]

/** A line that ends after a matcher ends the rule. */
const lines: readonly (readonly [rule: string, at: number, expected: string, found: string])[] = [
  ['Host(`a`)\n|| Host(`b`)', 11, '&&, || or the end', '"||"'],
  ['Host(`a`)\nHost(`b`)', 11, '&&, || or the end', '"Host"'],
  ['(Host(`a`)\n)', 11, '&&, || or )', 'the end of line'],
  ['Host(`a`\n)', 9, ', or )', 'the end of line'],
  ['Host\n(`a`)', 5, '(', 'the end of line'],
  ['Host(`a`) /*\n*/ && Path(`/`)', 17, '&&, || or the end', '"&&"'],
  ['Host(`a`) // x\n&& Path(`/`)', 16, '&&, || or the end', '"&&"'],
]

const test = suite('a rule')
for (const [rule, at, expected, found] of [...rows, ...lines]) {
  test(`is none: ${JSON.stringify(rule)}`, () => {
    assert.is(refusal(rule), `at character ${at}: expected ${expected}, found ${found}`)
  })
}

test('of a TCP router has no matchers of HTTP', () => {
  assert.match(refusal('Host(`a`)', tcpMatchers), 'one of HostSNI, HostSNIRegexp, ALPN, ClientIP,')
})

test('moves a negation to the conditions', () => {
  const a = { subject: 'host', values: new Set(['a']) }
  const b = { subject: 'other', values: new Set(['B.']) }
  assert.equal(parseRule('!(host(`A.`) && !(Path(`B.`)))', httpMatchers), {
    any: [
      { ...a, negated: true },
      { ...b, negated: false },
    ],
  })
})

test('may be as long as the limit, and no longer', () => {
  const rule = 'Host(`a`)'.padEnd(maxRuleLength)
  parseRule(rule, httpMatchers)
  assert.is(refusal(`${rule} `), 'it has 16385 characters, at most 16384 are read')
})

test('may be as deep as the limit, and no deeper', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}Host(\`a\`)${')'.repeat(depth)}`
  parseRule(nested(maxDepth), httpMatchers)
  assert.is(refusal(nested(maxDepth + 1)), 'it has more than 100 parentheses in each other')
  assert.match(refusal('('.repeat(maxRuleLength)), 'in each other')
})

test('may have parentheses side by side and negations in a row without end', () => {
  const beside = Array.from({ length: 600 }, () => '(Host(`a`))').join('||')
  parseRule(beside, httpMatchers)
  parseRule(`${'!'.repeat(maxRuleLength - 9)}Host(\`a\`)`, httpMatchers)
})

test('says what is wrong in one short line', () => {
  const message = refusal(`Host(\`a\`) ${'x'.repeat(8_000)}`)
  assert.ok(message.length < 200, message)
})

function refusal(rule: string, matchers = httpMatchers): string {
  try {
    parseRule(rule, matchers)
  } catch (error) {
    assert.instance(error, RuleError)
    return String((error as RuleError).message)
  }
  throw new Error(`taken: ${rule}`)
}

test.run()
