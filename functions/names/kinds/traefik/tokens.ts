import { printable } from '../../targets/targets.ts'
import { goString } from './go-string.ts'

type Sign = '&&' | '||' | '!' | '(' | ')' | ','

export interface Token {
  readonly kind: 'name' | 'text' | Sign | 'end of line' | 'end' | 'other'
  /** Of a `text` what it stands for, of all else what is written. */
  readonly text: string
  /** Characters of the rule before it. */
  readonly at: number
}

const blank = /[ \t\r\n]+|\/\/[^\n]*|\/\*.*?\*\//suy
const lexeme =
  /(?<name>[A-Za-z_]\w*)|(?<literal>`[^`]*`|"(?:[^"\\\n]|\\[^\n])*")|(?<sign>&&|\|\||[!(),])|./suy
const mayEndLine: readonly Token['kind'][] = ['name', 'text', ')']

/**
 * The tokens of a rule, which is a Go expression to Traefik (its parser vulcand/predicate calls go/parser).
 * What no rule has is `other`, and the last one then. Go puts a semicolon where a line ends after a name, a
 * text or `)`: no expression goes on after this `end of line`.
 */
export function tokensOf(rule: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < rule.length && tokens.at(-1)?.kind !== 'other'; ) {
    const skipped = matchAt(blank, rule, at)?.[0]
    if (skipped === undefined) {
      const { length, ...token } = readToken(rule, at)
      tokens.push(token)
      at += length
    } else {
      const last = tokens.at(-1)?.kind
      if (last && mayEndLine.includes(last) && skipped.includes('\n')) {
        tokens.push({ kind: 'end of line', text: '', at })
      }
      at += skipped.length
    }
  }
  return [...tokens, { kind: 'end', text: '', at: rule.length }]
}

function readToken(rule: string, at: number): Token & { readonly length: number } {
  const found = matchAt(lexeme, rule, at)
  const written = found?.[0] ?? ''
  const { name, literal, sign } = found?.groups ?? {}
  const text = literal === undefined ? undefined : goString(literal)
  const kind = name ? 'name' : text !== undefined ? 'text' : sign ? (sign as Sign) : 'other' // as in lexeme
  return { kind, text: text ?? written, at, length: written.length }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** How a token is called in a message. */
export function sayToken({ kind, text }: Token): string {
  if (kind === 'end' || kind === 'end of line') return `the ${kind}`
  if (kind === 'other' && /^[`"]/.test(text)) {
    return text.length === 1
      ? `a text without its closing ${text}`
      : `${printable(text, 60)} with an escape that Go does not know`
  }
  return `"${printable(text, 60)}"`
}
