import type { Wrong } from '../policy/glob.ts'
import { type Texts, textAt } from './texts.ts'

/** What templates take their text from. */
export interface Templated {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly labels?: Texts
  readonly annotations?: Texts
}

/** The text that it stands for; undefined if the object lacks a label or an annotation that it takes. */
export type Expression = (object: Templated) => string | undefined

interface TextFunction {
  /** With operands in the order of ExternalDNS (source/template/functions.go). */
  apply(...operands: readonly string[]): string
  /** Where among them a text that is piped stands. */
  readonly pipedAt: number
}

/**
 * In ExternalDNS a text that is piped into trimPrefix or trimSuffix is taken for the prefix, as Go appends it, and
 * nobody means that: here it is what is trimmed.
 */
const functions: ReadonlyMap<string, TextFunction> = new Map([
  ['toLower', { pipedAt: 0, apply: (text: string) => text.toLowerCase() }],
  ['trim', { pipedAt: 0, apply: (text: string) => text.trim() }],
  [
    'trimPrefix',
    {
      pipedAt: 0,
      apply: (text: string, prefix: string) =>
        text.startsWith(prefix) ? text.slice(prefix.length) : text,
    },
  ],
  [
    'trimSuffix',
    {
      pipedAt: 0,
      apply: (text: string, suffix: string) =>
        text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
    },
  ],
  [
    'replace',
    {
      pipedAt: 2,
      apply: (from: string, to: string, text: string) => text.replaceAll(from, () => to),
    },
  ],
])

const known =
  'known are .Name, .Namespace, .Kind, .Labels.x, .Annotations.x, index .Labels "x", index .Annotations "x" ' +
  `and the functions ${[...functions.keys()].join(', ')}`

/**
 * Reads what stands between the braces of a template.
 * @example `.Name`, `index .Labels "app" | toLower`, `trimPrefix .Name "web-"`
 */
export function parseExpression(text: string): Expression | Wrong {
  const commands: string[][] = [[]]
  for (const word of text.match(/"[^"]*"|\||[^\s|"]+|"/g) ?? []) {
    if (word === '|') commands.push([])
    else commands.at(-1)?.push(word)
  }
  const [first = [], ...others] = commands
  const read = others.reduce<Expression | undefined>(
    (piped, command) => piped && parseCall(command, piped),
    parseOperand(first) ?? parseCall(first),
  )
  return read ?? { wrong: known }
}

function parseCall(
  [name = '', ...words]: readonly string[],
  piped?: Expression,
): Expression | undefined {
  const called = functions.get(name)
  if (!called) return undefined
  const operands = words.map((word) => parseOperand([word]))
  if (piped) operands.splice(called.pipedAt, 0, piped)
  if (operands.length !== called.apply.length || operands.includes(undefined)) return undefined
  return (object) => {
    const texts = operands.flatMap((operand) => operand?.(object) ?? [])
    return texts.length === operands.length ? called.apply(...texts) : undefined
  }
}

/** `.Name`, `.Labels.app`, `"text"` or `index .Labels "app"`; `.ObjectMeta` may stand before. */
function parseOperand(words: readonly string[]): Expression | undefined {
  const text = words.join(' ').replaceAll('.ObjectMeta.', '.')
  if (text === '.Name') return ({ name }) => name
  if (text === '.Namespace') return ({ namespace }) => namespace
  if (text === '.Kind') return ({ kind }) => kind
  const [, literal] = /^"([^"\\]*)"$/.exec(text) ?? []
  if (literal !== undefined) return () => literal
  const [, map, key = ''] =
    /^\.(Labels|Annotations)\.(\w+)$/.exec(text) ??
    /^index \.(Labels|Annotations) "([^"\\]+)"$/.exec(text) ??
    []
  if (map === undefined) return undefined
  return ({ labels, annotations }) => textAt(map === 'Labels' ? labels : annotations, key)
}
