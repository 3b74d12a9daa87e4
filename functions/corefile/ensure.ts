import { checkWish } from './check-wish.ts'
import { ownBlock } from './own-block.ts'
import { placesOf } from './place.ts'
import { serversOf } from './server.ts'
import { checkSound } from './sound.ts'
import { CorefileError } from './syntax/cursor.ts'
import { parse } from './syntax/parse.ts'
import { undo } from './undo.ts'
import { type Configuration, type Outcome, Refused, type Wish } from './wish.ts'
import { serveWithin } from './within.ts'
import { writeBelow, writeEdits } from './write.ts'

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
  const { within, own, port, main, notes } = placesOf([...new Set(wish.zones)], servers)
  const isManaged = corefile.imports.some(({ pattern }) => pattern.endsWith('.server'))
  const allowed = isManaged ? { ...wish, editCaches: false } : wish
  const changes = [...within].map(([server, zones]) =>
    serveWithin(corefile, server, zones, allowed),
  )
  const edits = changes.flatMap((each) => each.edits)
  if (isManaged && edits.length > 0) {
    throw new Refused(
      'the platform keeps this Corefile as it is and takes server blocks from `coredns-custom` only: use a zone below this one',
    )
  }
  const block = own.length > 0 ? ownBlock(own, port, main, wish) : []
  const configuration = isManaged
    ? { corefile: source, custom: withOurs(custom ?? {}, block) }
    : { corefile: writeEdits(below(source, block), edits), ...(custom && { custom }) }
  return { configuration, notes: [...notes, ...changes.flatMap((each) => each.notes)] }
}

const below = (source: string, block: readonly string[]) =>
  block.length > 0 ? writeBelow(source, block) : source

function withOurs(custom: Readonly<Record<string, string>>, block: readonly string[]) {
  if (block.length === 0) return custom
  if (custom[customKey] !== undefined) throw new Refused(`coredns-custom has a key ${customKey}`)
  return { ...custom, [customKey]: writeBelow('', block) }
}

const isSame = (a: Configuration, b: Configuration) => {
  const entries = ({ custom = {} }: Configuration) =>
    JSON.stringify(Object.entries(custom).toSorted(([x], [y]) => (x < y ? -1 : 1)))
  return a.corefile === b.corefile && entries(a) === entries(b)
}
