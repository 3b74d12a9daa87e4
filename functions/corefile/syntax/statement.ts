import { CorefileError, isOnLineOf } from './cursor.ts'
import type { Token } from './lex.ts'

/** A directive or one of its options as plugins read them: name, arguments, and a block of options. */
export interface Statement {
  readonly name: string
  readonly args: readonly string[]
  readonly options: readonly Statement[]
  /** Name, arguments and opening brace: what stands on its first line. */
  readonly head: readonly [Token, ...Token[]]
  readonly close: Token | undefined
  /**
   * Whether each statement in it begins a line, opens its block there and closes it on a line of its own. Plugins
   * read no other form alike: a brace that closes on an option's line counts as its argument.
   */
  readonly isTidy: boolean
}

/** No plugin has more than three. */
const maxDepth = 100

/**
 * @param tokens of one directive, with balanced braces
 * @throws CorefileError if its blocks are nested deeper than 100
 */
export function statementOf(tokens: readonly Token[]): Statement {
  return read(tokens, 0, 0).statement
}

interface Read {
  readonly statement: Statement
  readonly next: number
}

function read(tokens: readonly Token[], from: number, depth: number): Read {
  if (depth > maxDepth) throw new CorefileError('blocks are nested too deep', tokens[from])
  const isBrace = (at: number) => tokens[at]?.text === '{' || tokens[at]?.text === '}'
  const startsLine = (at: number) => {
    const [before, token] = [tokens[at - 1], tokens[at]]
    return !before || !token || !isOnLineOf(before, token)
  }
  let at = from + 1
  while (at < tokens.length && !isBrace(at) && !startsLine(at)) at++
  const args = tokens.slice(from + 1, at)
  const options: Statement[] = []
  let isTidy = from === 0 || startsLine(from)
  let [open, close]: (Token | undefined)[] = []
  if (tokens[at]?.text === '{') {
    open = tokens[at]
    isTidy &&= !startsLine(at)
    at++
    while (at < tokens.length && tokens[at]?.text !== '}') {
      const { statement, next } = read(tokens, at, depth + 1)
      options.push(statement)
      isTidy &&= statement.isTidy
      at = next
    }
    close = tokens[at]
    isTidy &&= startsLine(at)
    at++
    isTidy &&= startsLine(at)
  }
  const name = tokens[from] as Token // whoever calls stays within
  const head = [name, ...args, ...(open ? [open] : [])] as const
  const texts = args.map(({ text }) => text)
  const statement = { name: name.text, args: texts, options, head, close, isTidy }
  return { statement, next: at }
}
