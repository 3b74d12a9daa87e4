/** A word of a Corefile as CoreDNS's lexer makes it, with its place. */
export interface Token {
  /** What CoreDNS sees: without quotes and their escapes, without carriage returns. */
  readonly text: string
  /** Where it is written, from and to, in UTF-16 units of its file. */
  readonly start: number
  readonly end: number
  /** From 1; of its first character. */
  readonly line: number
  /** Empty: the Corefile; else the imported file. A snippet's words are the Corefile's. */
  readonly file: string
  /** The snippet that it was imported with, if any. */
  readonly snippet?: string
}

export interface Lexed {
  readonly tokens: readonly Token[]
  /** A quote that is never closed: CoreDNS takes all that follows for one word. */
  readonly isUnterminated: boolean
}

/** Go's `unicode.IsSpace`: not JavaScript's `\s`, which has U+FEFF and lacks U+0085. */
export const isSpace = (character: string): boolean =>
  /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(character)

/**
 * Cuts a Corefile into words, after github.com/coredns/caddy, caddyfile/lexer.go. What surprises there:
 * a carriage return does not end a word and is left out of it; quotes count at a word's start only, and end the
 * word; within them only `\"` is an escape; a `#` begins a comment in the middle of a word too, which then
 * ends at the next blank, not at the end of the line.
 */
export function lex(source: string, file = ''): Lexed {
  const tokens: Token[] = []
  let line = 1
  let at = source.startsWith('\ufeff') ? 1 : 0
  while (at < source.length) {
    const character = source.charAt(at)
    if (character === '\n') line++
    if (isSpace(character)) {
      at++
    } else if (character === '#') {
      const end = source.indexOf('\n', at)
      at = end === -1 ? source.length : end
    } else {
      const quoted = character === '"'
      const { text, end, next, isOpen } = quoted ? quotedWord(source, at) : plainWord(source, at)
      if (!isOpen || text !== '') tokens.push({ text, start: at, end, line, file })
      if (isOpen) return { tokens, isUnterminated: true }
      line += source.slice(at, next).split('\n').length - 1
      at = next
    }
  }
  return { tokens, isUnterminated: false }
}

interface Word {
  readonly text: string
  readonly end: number
  /** Where to go on: behind a comment that ends with the word. */
  readonly next: number
  readonly isOpen?: boolean
}

function plainWord(source: string, start: number): Word {
  const ends = (at: number) =>
    at >= source.length || (isSpace(source.charAt(at)) && source[at] !== '\r')
  let end = start
  while (!ends(end) && source[end] !== '#') end++
  let next = end
  while (!ends(next)) next++
  while (source[end - 1] === '\r') end--
  return { text: source.slice(start, end).replaceAll('\r', ''), end, next }
}

function quotedWord(source: string, start: number): Word {
  let text = ''
  for (let at = start + 1; at < source.length; at++) {
    const character = source.charAt(at)
    if (character === '"') return { text, end: at + 1, next: at + 1 }
    if (character === '\\') {
      const escaped = source.charAt(++at)
      text += escaped === '"' || escaped === '' ? escaped : `\\${escaped}`
    } else text += character
  }
  return { text, end: source.length, next: source.length, isOpen: true }
}
