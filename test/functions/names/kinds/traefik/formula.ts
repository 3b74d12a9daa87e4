import fc from 'fast-check'

/** A rule as a tree, with its negations where they are written. */
export type Formula =
  | { readonly hosts: readonly string[] }
  | { readonly other: number }
  | { readonly not: Formula }
  | { readonly and: readonly [Formula, Formula] }
  | { readonly or: readonly [Formula, Formula] }

/** A rule and one of the ways to write it. */
export interface Written {
  readonly rule: Formula
  readonly text: string
}

/** Rules over some hosts, the wildcard `*.w` and `*`; each matcher of another kind has its own number. */
export function written(names: readonly string[]): fc.Arbitrary<Written> {
  const host = fc.constantFrom(...names, '*.w', '*')
  const hosts = fc.record({ hosts: fc.array(host, { minLength: 1, maxLength: 2 }) })
  const { tree } = fc.letrec<{ tree: Formula }>((tie) => {
    const pair = fc.tuple(tie('tree'), tie('tree'))
    return {
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        { weight: 3, arbitrary: hosts },
        { weight: 1, arbitrary: fc.constant({ other: 0 }) },
        { weight: 2, arbitrary: fc.record({ not: tie('tree') }) },
        { weight: 3, arbitrary: fc.record({ and: pair }) },
        { weight: 3, arbitrary: fc.record({ or: pair }) },
      ),
    }
  })
  return fc.tuple(tree, fc.infiniteStream(fc.nat(999))).map(([shape, choices]) => {
    let others = 0
    const rule = numbered(shape, () => others++)
    return { rule, text: write(rule, (texts) => texts[choices.next().value % texts.length] ?? '') }
  })
}

function numbered(rule: Formula, next: () => number): Formula {
  if ('hosts' in rule) return rule
  if ('other' in rule) return { other: next() }
  if ('not' in rule) return { not: numbered(rule.not, next) }
  const [left, right] = 'and' in rule ? rule.and : rule.or
  const parts = [numbered(left, next), numbered(right, next)] as const
  return 'and' in rule ? { and: parts } : { or: parts }
}

/** With the parentheses that are needed, and some that are not. */
function write(rule: Formula, oneOf: (texts: readonly string[]) => string): string {
  const blank = () => oneOf(['', '', ' ', '\t', ' /* ) */ '])
  const part = (inner: Formula, needsParentheses: boolean) => {
    const text = write(inner, oneOf)
    const isBare = !needsParentheses && oneOf(['', '', '(']) === ''
    return isBare ? text : `(${blank()}${text}${blank()})`
  }
  if ('hosts' in rule) {
    const matcher = oneOf(['Host', 'host', 'HOST', 'HostHeader'])
    const texts = rule.hosts.map((host) =>
      oneOf([
        `\`${host}\``,
        `"${host}"`,
        `\`${host.toUpperCase()}\``,
        `"${host}${host === '*' ? '' : '.'}"`,
      ]),
    )
    return `${matcher}${blank()}(${texts.join(`,${blank()}`)})`
  }
  if ('other' in rule) return `${oneOf(['Path', 'HostRegexp', 'QUERY'])}(\`${rule.other}\`)`
  if ('not' in rule) return `!${blank()}${part(rule.not, 'and' in rule.not || 'or' in rule.not)}`
  if ('and' in rule) {
    return rule.and.map((each) => part(each, 'or' in each)).join(oneOf(['&&', ' && ', '&&\n']))
  }
  return rule.or.map((each) => part(each, false)).join(oneOf(['||', ' || ', '||\n']))
}

/** What a rule says of a request for a host, of which the other conditions are met or not. */
export function isTrue(rule: Formula, host: string, met: (other: number) => boolean): boolean {
  if ('hosts' in rule) return rule.hosts.some((value) => value === '*' || isMetBy(value, host))
  if ('other' in rule) return met(rule.other)
  if ('not' in rule) return !isTrue(rule.not, host, met)
  if ('and' in rule) return rule.and.every((each) => isTrue(each, host, met))
  return rule.or.some((each) => isTrue(each, host, met))
}

export const isMetBy = (value: string, host: string): boolean =>
  value === host || (value === '*.w' && /^[^.]+\.w$/.test(host))

export function othersIn(rule: Formula): number {
  if ('hosts' in rule) return 0
  if ('other' in rule) return 1
  if ('not' in rule) return othersIn(rule.not)
  const [left, right] = 'and' in rule ? rule.and : rule.or
  return othersIn(left) + othersIn(right)
}

/** Hosts that are asked for, or may not be. */
export interface Literal {
  readonly hosts: readonly string[]
  readonly negated: boolean
}

/** The rule multiplied out: one of these must hold, and of it everything. Other conditions are left out. */
export function alternatives(rule: Formula, negated = false): Literal[][] {
  if ('hosts' in rule) return [[{ hosts: rule.hosts, negated }]]
  if ('other' in rule) return [[]]
  if ('not' in rule) return alternatives(rule.not, !negated)
  const [left, right] = ('and' in rule ? rule.and : rule.or).map((part) =>
    alternatives(part, negated),
  )
  if (left === undefined || right === undefined) return []
  if ('and' in rule === negated) return [...left, ...right]
  return left.flatMap((each) => right.map((other) => [...each, ...other]))
}
