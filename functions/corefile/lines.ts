import type { Corefile } from './syntax/corefile.ts'
import type { Token } from './syntax/lex.ts'
import type { Statement } from './syntax/statement.ts'
import { Refused } from './wish.ts'

/** A change of whole lines. */
export interface Edit {
  /** Offsets in the source, both at the beginning of a line. */
  readonly start: number
  readonly end: number
  /** How far the new lines are in. */
  readonly indent: string
  /** Without line ends. */
  readonly lines: readonly string[]
}

const lineStart = (source: string, at: number) => source.lastIndexOf('\n', at - 1) + 1

/** Where the next line begins. */
const lineEnd = (source: string, at: number) => {
  const end = source.indexOf('\n', at)
  return end === -1 ? source.length : end + 1
}

export const indentOf = (source: string, { start }: Token): string =>
  /^[ \t]*/.exec(source.slice(lineStart(source, start), start))?.[0] ?? ''

/** Options behind those that a statement has, or a block for them. @param statement a tidy one */
export function addOptions(
  corefile: Corefile,
  statement: Statement,
  lines: readonly string[],
): Edit {
  const { source } = corefile
  const { head, close, options } = statement
  if (!close) {
    const words = head.map(({ start, end }) => source.slice(start, end)).join(' ')
    return replaceHead(corefile, statement, [
      `${words} {`,
      ...lines.map((line) => `    ${line}`),
      '}',
    ])
  }
  const start = lineStart(source, close.start)
  const first = options[0]?.head[0]
  const indent = first ? indentOf(source, first) : `${indentOf(source, close)}    `
  return { start, end: start, indent, lines }
}

/** Lines behind the one that a word is on, which must be the last there. */
export function insertAfter(
  source: string,
  token: Token,
  indent: string,
  lines: readonly string[],
): Edit {
  const start = lineEnd(source, token.end)
  return { start, end: start, indent, lines }
}

/** Other lines for a statement's first one. @throws Refused if something else is on that too */
export function replaceHead(
  corefile: Corefile,
  { head }: Statement,
  lines: readonly string[],
): Edit {
  const { source, tokens } = corefile
  const [first, last] = [head[0], head.at(-1) ?? head[0]]
  const [start, end] = [lineStart(source, first.start), lineEnd(source, last.end)]
  const there = tokens.filter((each) => each.end > start && each.start < end)
  if (there.length !== head.length) {
    throw new Refused(`line ${first.line} has more than one statement on it: write each on its own`)
  }
  return { start, end, indent: indentOf(source, first), lines }
}
