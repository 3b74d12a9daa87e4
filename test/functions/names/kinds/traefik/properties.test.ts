import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostsOf } from '../../../../../functions/names/kinds/traefik/hosts.ts'
import { httpMatchers } from '../../../../../functions/names/kinds/traefik/matchers.ts'
import {
  maxRuleLength,
  parseRule,
  RuleError,
} from '../../../../../functions/names/kinds/traefik/rule.ts'
import { full, seed } from '../../../../runner/full.ts'
import {
  alternatives,
  type Formula,
  isMetBy,
  isTrue,
  type Literal,
  othersIn,
  written,
} from './formula.ts'

const parameters = { seed, numRuns: full ? 50_000 : 2_000 }
const names = ['a', 'x.w', 'y.w']
/** The host beside this one that no rule names, below the same wildcards; of a wildcard, one below it. */
const unnamed = (host: string) => host.replace(/^[^.]+/, 'nobody')
const published = (text: string) => hostsOf(parseRule(text, httpMatchers))

/** Each way in which the conditions that are no `Host` may be met. */
const worldsOf = (rule: Formula) =>
  Array.from({ length: 2 ** othersIn(rule) }, (_, world) => (other: number) => {
    return ((world >> other) & 1) === 1
  })

const test = suite('a rule of any form')

test('names what its alternatives name, each of them looked at alone', () => {
  let count = 0
  fc.assert(
    fc.property(written(names), ({ rule, text }) => {
      const ways = alternatives(rule)
      const values = new Set(ways.flat().flatMap(({ hosts, negated }) => (negated ? [] : hosts)))
      const expected = [...values].filter(
        (host) => host !== '*' && ways.some((literals) => holds(literals, host)),
      )
      assert.equal(published(text).toSorted(), expected.toSorted(), text)
      count += expected.length
    }),
    parameters,
  )
  assert.ok(count > parameters.numRuns / 4, `${count} hosts`)
})

function holds(literals: readonly Literal[], host: string): boolean {
  const meets = ({ hosts }: Literal) => hosts.some((value) => value === '*' || isMetBy(value, host))
  const names = ({ hosts, negated }: Literal) =>
    !negated && hosts.some((each) => isMetBy(each, host))
  return literals.some(names) && literals.every((each) => meets(each) !== each.negated)
}

test('serves what it names, and names what it serves alone', () => {
  let [served, alone] = [0, 0]
  fc.assert(
    fc.property(written(names), ({ rule, text }) => {
      fc.pre(othersIn(rule) <= 8)
      const worlds = worldsOf(rule)
      const found = published(text)
      for (const host of found) {
        assert.ok(
          worlds.some((world) => isTrue(rule, host.startsWith('*') ? unnamed(host) : host, world)),
          `${host}: ${text}`,
        )
        served++
      }
      for (const host of names) {
        const isAlone = worlds.some(
          (world) => isTrue(rule, host, world) && !isTrue(rule, unnamed(host), world),
        )
        if (!isAlone) continue
        assert.ok(found.includes(host), `${host} is missing: ${text}`)
        alone++
      }
    }),
    parameters,
  )
  assert.ok(Math.min(served, alone) > parameters.numRuns / 4, `${served} served, ${alone} alone`)
})

const piece = fc.constantFrom(
  ...['Host', 'host', 'HOSTREGEXP', 'Path', 'x', '(', ')', ',', '&&', '||', '!', '&', '|', '\n'],
  ...['`a`', '``', '`', '"a"', '"\\x61"', '"\\q"', '"', "'", '\\', '/*', '*/', '//', ' ', '\u00a0'],
  ...['*', '1', '.', '\0', '\ud800', '\u{1f600}', '\u212a'],
)
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme' }),
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.tuple(piece, fc.nat(maxRuleLength + 1)).map(([each, times]) => each.repeat(times)),
)

test('is read or refused with a place, whatever is written', () => {
  let refused = 0
  fc.assert(
    fc.property(garbage, (text) => {
      try {
        published(text)
      } catch (error) {
        assert.instance(error, RuleError, text)
        assert.match(
          (error as RuleError).message,
          /^(at character \d+: expected .+, found .+|it has)/,
        )
        refused++
      }
    }),
    parameters,
  )
  assert.ok(refused > parameters.numRuns / 2, `${refused} refused`)
})

test.run()
