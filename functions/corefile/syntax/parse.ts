import type { Corefile, Directive, ServerBlock } from './corefile.ts'
import { Cursor } from './cursor.ts'
import { type Files, Imports } from './imports.ts'
import { lex, type Token } from './lex.ts'

/**
 * Reads a Corefile as CoreDNS does (github.com/coredns/caddy, caddyfile/parse.go), save that any plugin will do and
 * that the environment is not known.
 * @param files what it may import; undefined: not known
 * @throws CorefileError if CoreDNS would not accept it
 */
export function parse(source: string, files?: Files): Corefile {
  const { tokens, isUnterminated } = lex(source)
  const cursor = new Cursor(tokens)
  const imports = new Imports(files)
  const blocks: ServerBlock[] = []
  while (cursor.next()) {
    const block = parseBlock(cursor, imports)
    if (block) blocks.push(block)
  }
  return { source, tokens, isUnterminated, blocks, imports: imports.files }
}

/** @returns undefined for a snippet, and for a block without zones, which CoreDNS passes over */
function parseBlock(cursor: Cursor, imports: Imports): ServerBlock | undefined {
  const { keys, isLast } = parseKeys(cursor, imports)
  const nothing = { keys, open: undefined, close: undefined, directives: [] }
  if (isLast) return keys.length > 0 ? nothing : undefined
  const [key] = keys
  const name = keys.length === 1 ? /^\((.*)\)$/s.exec(textOfKey(key))?.[1] : undefined
  if (name !== undefined) {
    imports.define(name, parseSnippet(cursor), cursor)
    return undefined
  }
  const open = cursor.text === '{' ? cursor.token : undefined
  if (!open) cursor.at--
  const directives = parseDirectives(cursor, imports)
  if (open && cursor.text !== '}') throw cursor.failed('a server block is not closed')
  // the brace of a directive's own block may be the last word: CoreDNS takes it for this one's too
  const isOwn = directives.at(-1)?.tokens.at(-1) !== cursor.token
  const close = open && isOwn ? cursor.token : undefined
  return keys.length > 0 ? { keys, open, close, directives } : undefined
}

/** What a key's word says without the comma that may follow it. */
export const textOfKey = (key: Token | undefined): string => key?.text.replace(/,$/, '') ?? ''

/** Zones up to the brace or the end of their line; after a comma they go on. `isLast`: the file ends with them. */
function parseKeys(cursor: Cursor, imports: Imports) {
  const keys: Token[] = []
  let expectsAnother = false
  for (;;) {
    const { token, text } = cursor
    if (text === 'import' && cursor.isFirstOnLine) {
      imports.expand(cursor)
      continue
    }
    if (text === '{') {
      if (expectsAnother) throw cursor.failed('a zone is missing after a comma')
      return { keys, isLast: false }
    }
    if (token && text !== '') {
      expectsAnother = text.endsWith(',')
      keys.push(token)
    }
    const hasNext = cursor.next()
    if (expectsAnother && !hasNext) throw cursor.failed('a zone is missing after a comma')
    if (!hasNext) return { keys, isLast: true }
    if (!expectsAnother && cursor.isFirstOnLine) return { keys, isLast: false }
  }
}

function parseSnippet(cursor: Cursor): readonly Token[] {
  if (cursor.text !== '{') throw cursor.failed('a snippet needs braces')
  const tokens: Token[] = []
  for (let depth = 1; ; ) {
    const { token } = cursor.next() ? cursor : { token: undefined }
    if (!token) throw cursor.failed('a snippet is not closed')
    if (token.text === '{') depth++
    if (token.text === '}' && --depth === 0) return tokens
    tokens.push(token)
  }
}

/** Up to the brace that closes the block, or the end of the file. */
function parseDirectives(cursor: Cursor, imports: Imports): Directive[] {
  const directives: Directive[] = []
  while (cursor.next() && cursor.text !== '}') {
    if (cursor.text === 'import') {
      imports.expand(cursor)
      cursor.at--
    } else {
      directives.push(parseDirective(cursor, imports))
    }
  }
  return directives
}

/** Up to the end of its line or of its block. */
function parseDirective(cursor: Cursor, imports: Imports): Directive {
  const name = cursor.text
  const tokens = cursor.token ? [cursor.token] : []
  let depth = 0
  while (cursor.next()) {
    const { token, text, isFirstOnLine } = cursor
    if (text === '{') depth++
    else if (isFirstOnLine && depth === 0) {
      cursor.at--
      break
    } else if (text === '}' && depth-- === 0)
      throw cursor.failed('a closing brace that opened nowhere')
    else if (text === 'import' && isFirstOnLine) {
      imports.expand(cursor)
      cursor.at--
      continue
    }
    if (token) tokens.push(token)
  }
  if (depth > 0) throw cursor.failed(`the block of ${name} is not closed`)
  return { name, tokens }
}
