import type { Token } from './lex.ts'

/** A text that CoreDNS does not accept. The message names file and line. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError'
  constructor(message: string, token: Token | undefined) {
    super(token ? `${token.file || 'Corefile'}:${token.line}: ${message}` : message)
  }
}

const lineBreaks = (text: string) => text.split('\n').length - 1

/** Whether a word begins on the line where the one before it ends (caddyfile/dispenser.go). */
export const isOnLineOf = (before: Token, token: Token): boolean =>
  before.file === token.file && before.line + lineBreaks(before.text) === token.line

/**
 * Walks over the words, in which imports are replaced by what they stand for. After caddyfile/dispenser.go; as
 * there, a snippet's words keep the lines on which they are written.
 */
export class Cursor {
  #tokens: Token[]
  at = -1

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens]
  }

  /** Undefined before the first and behind the last one. */
  get token(): Token | undefined {
    return this.#tokens[this.at]
  }

  get text(): string {
    return this.token?.text ?? ''
  }

  next(): boolean {
    if (this.at >= this.#tokens.length - 1) return false
    this.at++
    return true
  }

  /** Goes on if the next word is on the same line. */
  nextOnLine(): boolean {
    const [token, next] = [this.token, this.#tokens[this.at + 1]]
    return token !== undefined && next !== undefined && isOnLineOf(token, next) && this.next()
  }

  /** Whether the word begins a line. Words that go up the file, as a snippet's do, are taken for one line. */
  get isFirstOnLine(): boolean {
    const [before, token] = [this.#tokens[this.at - 1], this.token]
    if (before === undefined) return true
    if (token === undefined) return false
    return before.file !== token.file || before.line + lineBreaks(before.text) < token.line
  }

  /** Puts words in the place of `count` of them, and stands on the first of those. */
  replace(from: number, count: number, words: readonly Token[]): void {
    this.#tokens = [...this.#tokens.slice(0, from), ...words, ...this.#tokens.slice(from + count)]
    this.at = from
  }

  /** An error that tells where the cursor is. */
  failed(message: string): CorefileError {
    return new CorefileError(message, this.token ?? this.#tokens.at(-1))
  }
}
