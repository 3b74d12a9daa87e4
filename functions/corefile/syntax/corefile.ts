import type { FileImport } from './imports.ts'
import type { Token } from './lex.ts'

/** A plugin's place in a server block, with all that is written for it. */
export interface Directive {
  readonly name: string
  /** Name, arguments, and its block with braces; never empty. */
  readonly tokens: readonly Token[]
}

export interface ServerBlock {
  /** Zones, with transport and port as they are written: `dns://example.org:53`. */
  readonly keys: readonly Token[]
  /** Undefined: a block without braces, which is the rest of the file. */
  readonly open: Token | undefined
  /** Undefined: none, or a last brace that closes a directive as well, which CoreDNS lets pass. */
  readonly close: Token | undefined
  readonly directives: readonly Directive[]
}

/** A Corefile with its imports done. */
export interface Corefile {
  readonly source: string
  /** All words of the source, those of snippets among them. */
  readonly tokens: readonly Token[]
  readonly isUnterminated: boolean
  readonly blocks: readonly ServerBlock[]
  /** Of files: those of snippets are words of the source. */
  readonly imports: readonly FileImport[]
}
