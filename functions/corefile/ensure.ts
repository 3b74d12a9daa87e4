import { checkWish } from './check-wish.ts'
import { CorefileError } from './cursor.ts'
import type { Edit } from './lines.ts'
import { ownBlock } from './own-block.ts'
import { parse } from './parse.ts'
import { placesOf } from './place.ts'
import { writeRegion } from './region.ts'
import { serversOf } from './server.ts'
import { checkSound } from './sound.ts'
import { undo } from './undo.ts'
import { type Configuration, type Outcome, Refused, type Wish } from './wish.ts'
import { serveWithin } from './within.ts'

/** Where platforms that write the Corefile themselves take server blocks of others from. */
const customKey = 'k2s-dns.server'

/**
 * What CoreDNS's configuration must be so that it serves our zones from etcd. Lines of ours from an earlier call are
 * written anew, so that a changed wish is followed; all others stay as they are, byte for byte.
 */
export function ensure(configuration: Configuration, wish: Wish): Outcome {
  const base = undo(configuration)
  if (base.kind === 'refused') return base
  try {
    checkWish(wish)
    const { configuration: edited, notes } = edit(base.configuration, wish)
    if (isSame(edited, configuration)) return { kind: 'served', notes }
    return { kind: 'edited', configuration: edited, notes }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof CorefileError)) throw error
    return { kind: 'refused', reason: error.message }
  }
}

function edit({ corefile: source, custom }: Configuration, wish: Wish) {
  const corefile = parse(source, custom)
  const servers = serversOf(corefile)
  checkSound(corefile, servers)
  const { within, own, port, main, notes: known } = placesOf(wish.zones, servers)
  const changes = [...within].map(([server, zones]) => serveWithin(corefile, server, zones, wish))
  const notes = [...known, ...changes.flatMap((each) => each.notes)]
  const edits = changes.flatMap((each) => each.edits)
  const isManaged = corefile.imports.some(({ pattern }) => pattern.endsWith('.server'))
  if (isManaged && edits.length > 0) {
    throw new Refused(
      'the platform keeps this Corefile as it is and only takes server blocks from `coredns-custom`: use a zone below this one',
    )
  }
  const block = own.length > 0 ? ownBlock(own, port, main, wish) : []
  const region = (eol: string) => writeRegion('', { indent: '', lines: block }, eol)
  if (block.length === 0 || !isManaged) {
    const text = block.length > 0 ? append(source, region(eolOf(source)), eolOf(source)) : source
    return { configuration: { corefile: apply(text, edits), ...(custom && { custom }) }, notes }
  }
  if (custom?.[customKey] !== undefined) throw new Refused(`coredns-custom has a key ${customKey}`)
  const added = { ...custom, [customKey]: `${region('\n')}\n` }
  return { configuration: { corefile: source, custom: added }, notes }
}

const eolOf = (source: string) => (/^[^\n]*\r\n/.test(source) ? '\r\n' : '\n')

/** A file without a last line end has none afterwards either: so it is seen that it had none before. */
const append = (source: string, region: string, eol: string) =>
  source === '' || source.endsWith('\n') ? source + region + eol : `${source}\n${region}`

/** The edits lie before what may have been appended, and nowhere on the same line. */
function apply(source: string, edits: readonly Edit[]): string {
  const eol = eolOf(source)
  let text = source
  for (const { start, end, ...rest } of edits.toSorted(
    (a, b) => b.start - a.start || b.end - a.end,
  )) {
    text =
      text.slice(0, start) +
      writeRegion(source.slice(start, end), rest, eol) +
      eol +
      text.slice(end)
  }
  return text
}

const isSame = (a: Configuration, b: Configuration) => {
  const entries = ({ custom = {} }: Configuration) =>
    JSON.stringify(Object.entries(custom).toSorted(([x], [y]) => (x < y ? -1 : 1)))
  return a.corefile === b.corefile && entries(a) === entries(b)
}
