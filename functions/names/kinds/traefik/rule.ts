import type { Matchers, Subject } from './matchers.ts'
import { sayToken, type Token, tokensOf } from './tokens.ts'

/** In characters, and so the bound of all else: some 500 hosts with names of 20, read in 15 ms. */
export const maxRuleLength = 16_384
/** Of parentheses in parentheses. */
export const maxDepth = 100

/** A rule whose negations are moved to its conditions, as Traefik does (pkg/rules, `invert`). */
export type Rule = { readonly all: readonly Rule[] } | { readonly any: readonly Rule[] } | Condition

export interface Condition {
  readonly subject: Subject
  /** One of them must be met, or none if it is negated. Hosts are in lower case, without a last dot. */
  readonly values: ReadonlySet<string>
  readonly negated: boolean
}

/** A text that is no rule to Traefik, or one that is larger than what we read. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
}

/**
 * Reads a rule as Traefik does: `&&`, `||`, `!`, parentheses, and matchers with texts in back or double quotes.
 * What the texts of other matchers mean (a path, a network, a regular expression) is not looked at.
 * @throws RuleError with the place, what was expected there and what was found
 */
export function parseRule(text: string, { names, subjects }: Matchers): Rule {
  if (text.length > maxRuleLength) {
    throw new RuleError(`it has ${text.length} characters, at most ${maxRuleLength} are read`)
  }
  const tokens = tokensOf(text)
  let position = 0
  const token = () => tokens[position] as Token // the last one is never passed: nothing takes an `end`
  const is = (kind: Token['kind']) => token().kind === kind

  const rule = anyOf(false, 0)
  take('end of line')
  if (!is('end')) throw unexpected('&&, || or the end')
  return rule

  /** `a || b`; negated it is `!a && !b`. */
  function anyOf(negated: boolean, depth: number): Rule {
    const rules = separated('||', () => allOf(negated, depth))
    return joined(rules, negated ? 'all' : 'any')
  }

  /** `a && b`, which binds tighter; negated it is `!a || !b`. */
  function allOf(negated: boolean, depth: number): Rule {
    const rules = separated('&&', () => operand(negated, depth))
    return joined(rules, negated ? 'any' : 'all')
  }

  function separated(sign: '||' | '&&', part: () => Rule): [Rule, ...Rule[]] {
    const rules: [Rule, ...Rule[]] = [part()]
    while (take(sign)) rules.push(part())
    return rules
  }

  function operand(outer: boolean, depth: number): Rule {
    let negated = outer
    while (take('!')) negated = !negated
    if (!take('(')) return condition(negated)
    if (depth === maxDepth)
      throw new RuleError(`it has more than ${maxDepth} parentheses in each other`)
    const rule = anyOf(negated, depth + 1)
    if (!take(')')) throw unexpected('&&, || or )')
    return rule
  }

  function condition(negated: boolean): Condition {
    const subject = is('name') ? subjects.get(token().text) : undefined
    if (subject === undefined) throw unexpected(`!, ( or one of ${names.join(', ')}`)
    position++
    if (!take('(')) throw unexpected('(')
    const values = [value()]
    while (take(',') && !is(')')) values.push(value()) // Go takes a comma after the last one too
    if (!take(')')) throw unexpected(', or )')
    return { subject, values: new Set(subject === 'host' ? values.map(folded) : values), negated }
  }

  function value(): string {
    const { text } = token()
    if (!is('text') || text === '') throw unexpected('a text in back or double quotes, not empty')
    position++
    return text
  }

  function take(kind: Token['kind']): boolean {
    const isThere = is(kind)
    if (isThere) position++
    return isThere
  }

  function unexpected(expected: string): RuleError {
    const found = sayToken(token())
    return new RuleError(`at character ${token().at + 1}: expected ${expected}, found ${found}`)
  }
}

function joined(rules: readonly [Rule, ...Rule[]], by: 'all' | 'any'): Rule {
  if (rules.length === 1) return rules[0]
  return by === 'all' ? { all: rules } : { any: rules }
}

/** Traefik compares hosts so. Only ASCII, as else the Kelvin sign would become a k. */
const folded = (host: string) =>
  host.replace(/\.$/, '').replaceAll(/[A-Z]+/g, (upper) => upper.toLowerCase())
