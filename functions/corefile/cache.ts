import { isIn } from './address.ts'
import { denialLine, disabled, forgets, hasDisable, isDenialShort } from './denial.ts'
import { addOptions, type Edit, replaceHead } from './lines.ts'
import { option, originsOf, type Server, type Stanza, stanza } from './server.ts'
import { staleLine } from './stale.ts'
import type { Corefile } from './syntax/corefile.ts'
import type { Wish } from './wish.ts'

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
  const notes = wish.serveStale === undefined ? [] : notesOnStale(cache, cached, zones)
  if (!cache || cached.length === 0) return { edits: [], notes }
  const lines: string[] = []
  if (!isDenialShort(cache) && !forgets(cache, 'denial', cached))
    lines.push(denialLine(merged(cache, cached), wish))
  const isStale = option(cache, 'serve_stale') !== undefined
  if (wish.serveStale !== undefined && !isStale) lines.push(staleLine(wish.serveStale, wish))
  if (lines.length === 0) return { edits: [], notes }
  const why = whyByHand(cache, lines, wish)
  if (why === undefined) return { edits: editsOf(corefile, cache, lines), notes }
  const lack = lines.map((each) => `\`${each}\``).join(', ')
  return { edits: [], notes: [...notes, `cache (line ${cache.line}) lacks ${lack}: ${why}`] }
}

/** What is not kept can't be served when etcd is away. */
const notesOnStale = (
  cache: Stanza | undefined,
  cached: readonly string[],
  all: readonly string[],
) =>
  all
    .filter((zone) => !cache || !cached.includes(zone) || forgets(cache, 'success', [zone]))
    .map((zone) => `answers of ${zone} are not cached, so there are none to serve stale`)

/** The zones that denials are kept for already, and ours: one line replaces the other. */
const merged = (cache: Stanza, zones: readonly string[]) => [
  ...new Set([...(disabled(cache, 'denial')?.args.slice(1) ?? []), ...zones]),
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
  const denials = disabled(cache, 'denial')
  const isInstead = (line: string) => denials !== undefined && line.startsWith('disable ')
  const [instead, added] = [lines.filter(isInstead), lines.filter((line) => !isInstead(line))]
  return [
    ...(denials && instead.length > 0 ? [replaceHead(corefile, denials, instead)] : []),
    ...(added.length > 0 ? [addOptions(corefile, cache, added)] : []),
  ]
}
