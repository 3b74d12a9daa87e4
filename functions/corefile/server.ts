import { type Address, addressOf } from './address.ts'
import type { Corefile, Directive, ServerBlock } from './syntax/corefile.ts'
import { textOfKey } from './syntax/parse.ts'
import { type Statement, statementOf } from './syntax/statement.ts'

/** A directive of a server block, read. */
export interface Stanza extends Statement {
  /** Written in this block itself: not in a snippet, not in an imported file. */
  readonly isHere: boolean
  readonly line: number
}

/** A server block, read. */
export interface Server {
  readonly block: ServerBlock
  /** For people: its keys and where it is. */
  readonly title: string
  readonly addresses: readonly Address[]
  readonly zones: readonly string[]
  readonly stanzas: readonly Stanza[]
}

export const serversOf = ({ blocks }: Corefile): readonly Server[] =>
  blocks.map((block) => {
    const texts = block.keys.map(textOfKey)
    const addresses = texts.map(addressOf)
    const [{ file, line } = { file: '', line: 0 }] = block.keys
    return {
      block,
      title: `the server block \`${texts.join(' ')}\` (${file || 'line'}${file ? ':' : ' '}${line})`,
      addresses,
      zones: addresses.flatMap(({ zones }) => zones),
      stanzas: block.directives.map(stanzaOf),
    }
  })

function stanzaOf({ tokens }: Directive): Stanza {
  const isHere = tokens.every(({ file, snippet }) => file === '' && snippet === undefined)
  return { ...statementOf(tokens), isHere, line: tokens[0]?.line ?? 0 }
}

/** CoreDNS refuses most plugins twice in a block; of etcd's stanzas it reads the first. */
export const stanza = ({ stanzas }: Server, name: string): Stanza | undefined =>
  stanzas.find((each) => each.name === name)

/** Of an option that is written twice the last one counts. */
export const option = ({ options }: Statement, name: string): Statement | undefined =>
  options.findLast((each) => each.name === name)

/** Which argument is the first that names a zone; for all of them none means the block's zones. */
const firstZone: Readonly<Record<string, number>> = {
  auto: 0,
  etcd: 0,
  file: 1,
  hosts: 1,
  k8s_external: 0,
  kubernetes: 0,
  secondary: 0,
  template: 2,
}

/** The plugins of which it is known what zones they answer for. */
export const authoritative: readonly string[] = Object.keys(firstZone)

/** The zones that are written for a plugin, or its part of the root. */
export function ownZones({ name, args }: Statement): readonly string[] {
  if (name === 'forward' || name === 'grpc') return addressOf(args[0] ?? '').zones
  if (name === 'cache') return zonesOf(/^[+-]?\d+$/.test(args[0] ?? '') ? args.slice(1) : args)
  return zonesOf(args.slice(firstZone[name] ?? args.length))
}

export const zonesOf = (args: readonly string[]): readonly string[] =>
  args.flatMap((each) => addressOf(each).zones)

/** The zones that a plugin answers for. */
export function originsOf(statement: Statement, { zones }: Server): readonly string[] {
  const own = ownZones(statement)
  return own.length > 0 ? own : zones
}
