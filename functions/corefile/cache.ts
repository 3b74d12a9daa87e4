import { isIn } from './address.ts'
import type { Corefile } from './corefile.ts'
import { denialLine, disabledDenial, forgetsDenials, hasDisable } from './denial.ts'
import { type Edit, indentOf, insertBefore, replaceHead, written } from './lines.ts'
import { option, originsOf, type Server, type Stanza, stanza } from './server.ts'
import type { Wish } from './wish.ts'
import { word } from './word.ts'

export interface CacheAdvice {
  readonly edits: readonly Edit[]
  /** What is to be done by hand. */
  readonly notes: readonly string[]
}

/** What the cache before our names needs so that it doesn't hide new ones. Names are served either way. */
export function adviseCache(
  corefile: Corefile,
  server: Server,
  zones: readonly string[],
  wish: Wish,
): CacheAdvice {
  const cache = stanza(server, 'cache')
  const origins = cache ? originsOf(cache, server) : []
  const cached = zones.filter((zone) => origins.some((each) => isIn(zone, each)))
  if (!cache || cached.length === 0) return { edits: [], notes: [] }
  const lines: string[] = []
  if (!forgetsDenials(cache, cached)) lines.push(denialLine(merged(cache, cached), wish))
  const isStale = option(cache, 'serve_stale') !== undefined
  if (wish.serveStale !== undefined && !isStale) lines.push(staleLine(wish.serveStale))
  if (lines.length === 0) return { edits: [], notes: [] }
  const why = whyByHand(cache, lines, wish)
  if (why === undefined) return { edits: editsOf(corefile, cache, lines), notes: [] }
  const note = `cache (line ${cache.line}) lacks ${lines.map((each) => `\`${each}\``).join(', ')}: ${why}`
  return { edits: [], notes: [note] }
}

export const staleLine = (args: string): string =>
  ['serve_stale', ...args.split(' ').filter(Boolean).map(word)].join(' ')

/** The zones that denials are kept for already, and ours: one line replaces the other. */
const merged = (cache: Stanza, zones: readonly string[]) => [
  ...new Set([...(disabledDenial(cache)?.args.slice(1) ?? []), ...zones]),
]

function whyByHand(cache: Stanza, lines: readonly string[], wish: Wish): string | undefined {
  if (!wish.editCaches) return 'caches are left as they are'
  if (!cache.isHere) return 'it comes from an import'
  if (!cache.isTidy) return 'it is written in an unusual way'
  const isOther =
    option(cache, 'denial') !== undefined && lines.some((each) => /^denial /.test(each))
  if (isOther && !hasDisable(wish)) return 'it has a line for denials'
  return undefined
}

function editsOf(corefile: Corefile, cache: Stanza, lines: readonly string[]): readonly Edit[] {
  const { source } = corefile
  const { close, head } = cache
  if (!close) {
    const inner = lines.map((line) => `    ${line}`)
    return [replaceHead(corefile, cache, [`${written(source, head)} {`, ...inner, '}'])]
  }
  const disabled = disabledDenial(cache)
  const [instead, added] = [
    lines.filter((line) => disabled && line.startsWith('disable ')),
    lines.filter((line) => !disabled || !line.startsWith('disable ')),
  ]
  const inner = cache.options[0]?.head[0]
  const indent = inner ? indentOf(source, inner) : `${indentOf(source, close)}    `
  return [
    ...(disabled && instead.length > 0 ? [replaceHead(corefile, disabled, instead)] : []),
    ...(added.length > 0 ? [{ ...insertBefore(source, close, added), indent }] : []),
  ]
}
