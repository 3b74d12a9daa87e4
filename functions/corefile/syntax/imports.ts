import type { Cursor } from './cursor.ts'
import { lex, type Token } from './lex.ts'
import { hasVariable } from './variable.ts'

/**
 * Texts that a Corefile may import, by file name. A pattern takes the files that fit its last part, whatever
 * its folder: CoreDNS's pods have one folder to import from, that of the ConfigMap `coredns-custom`.
 */
export type Files = Readonly<Record<string, string>>

/** An import of files. */
export interface FileImport {
  readonly pattern: string
  readonly token: Token
  /** If not, its text is not at hand; it is read as if it were empty. */
  readonly isKnown: boolean
}

/** As many imports of snippets as CoreDNS follows (caddyfile/parse.go, maxSnippetExpansions). */
const maxExpansions = 10_000

/** What `import` stands for: a snippet if one has the name, else files. After caddyfile/parse.go, doImport. */
export class Imports {
  readonly files: FileImport[] = []
  readonly #files: Files | undefined
  readonly #snippets = new Map<string, readonly Token[]>()
  #expansions = 0

  /** @param files undefined: not known, which is not the same as none */
  constructor(files: Files | undefined) {
    this.#files = files
  }

  define(name: string, tokens: readonly Token[], cursor: Cursor): void {
    if (this.#snippets.has(name)) throw cursor.failed(`the snippet (${name}) is there twice`)
    if (tokens.some((token, at) => importsItself(name, tokens, token, at))) {
      throw cursor.failed(`the snippet (${name}) imports itself`)
    }
    this.#snippets.set(name, tokens)
  }

  /** Replaces `import` and its argument, and leaves the cursor on the first of the words instead. */
  expand(cursor: Cursor): void {
    const from = cursor.at
    if (!cursor.nextOnLine()) throw cursor.failed('import lacks a file or a snippet')
    const { token, text: pattern } = cursor
    if (token === undefined || pattern === '')
      throw cursor.failed('import lacks a file or a snippet')
    if (cursor.nextOnLine()) throw cursor.failed('import takes one file or snippet only')
    const snippet = this.#snippets.get(pattern)
    if (snippet && this.#expansions++ >= maxExpansions) {
      throw cursor.failed(`more than ${maxExpansions} imports of snippets`)
    }
    const words = snippet?.map((each) => ({ ...each, snippet: pattern }))
    cursor.replace(from, 2, words ?? this.#filesOf(pattern, token, cursor))
  }

  #filesOf(pattern: string, token: Token, cursor: Cursor): Token[] {
    if (/\*.*\*|\?.*\?/s.test(pattern) || (pattern.includes('[') && pattern.includes(']'))) {
      throw cursor.failed(`import ${pattern}: one wildcard at most`)
    }
    const isKnown = isCustom(pattern) && !hasVariable(pattern) && this.#files !== undefined
    this.files.push({ pattern, token, isKnown })
    if (!isKnown) return []
    const fits = globOf(pattern.slice(pattern.lastIndexOf('/') + 1))
    const names = Object.keys(this.#files ?? {}).filter((name) => fits.test(name))
    if (names.length === 0 && !/[*?]/.test(pattern))
      throw cursor.failed(`import ${pattern}: no such file`)
    return names.sort().flatMap((name) => [...lex(this.#files?.[name] ?? '', name).tokens])
  }
}

/** Where k3s, AKS and others mount the ConfigMap `coredns-custom`. */
export const isCustom = (pattern: string): boolean => /(^|\/)custom\/[^/]+$/.test(pattern)

/** A pattern of Go's path.Match with `*` and `?` only. */
const globOf = (glob: string): RegExp => {
  const escaped = glob.replace(/[.+^$()|{}[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
}

const importsItself = (name: string, tokens: readonly Token[], token: Token, at: number) => {
  const [before, next] = [tokens[at - 1], tokens[at + 1]]
  const isFirst = before === undefined || before.file !== token.file || before.line !== token.line
  return token.text === 'import' && isFirst && next?.text === name
}
