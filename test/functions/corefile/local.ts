import { addressOf } from '../../../functions/corefile/address.ts'
import { type Stanza, serversOf } from '../../../functions/corefile/server.ts'
import { parse, textOfKey } from '../../../functions/corefile/syntax/parse.ts'

/** What a Corefile of a cluster is given on this machine instead of its own. */
export interface Here {
  /** Free ones, for those that it listens on, in the order in which they are met. */
  readonly ports: readonly number[]
  /** Texts, and those instead. */
  readonly texts: Readonly<Record<string, string>>
}

export interface Localised {
  readonly text: string
  readonly dnsPorts: readonly number[]
}

/**
 * A Corefile so that CoreDNS can start with it here: other ports, on the loopback, a kubernetes plugin that waits for
 * nobody, files that are there. Nothing else is touched, and the same always becomes the same.
 */
export function localise(source: string, { ports, texts }: Here): Localised {
  const instead = new Map<number, { end: number; text: string }>() // by offset: a snippet's come again
  const given = new Map<string, number>()
  const portOf = (what: string) => {
    const port = given.get(what) ?? ports[given.size] ?? 0
    given.set(what, port)
    return port
  }
  const dnsPorts = new Set<number>()
  for (const { block, stanzas } of serversOf(parse(source, {}))) {
    for (const key of block.keys) {
      const { transport, port = '53' } = addressOf(textOfKey(key))
      const zone = textOfKey(key)
        .replace(/^\w+:\/\//, '')
        .replace(/:\d+$/, '')
      const comma = key.text.endsWith(',') ? ',' : ''
      dnsPorts.add(portOf(port))
      const text = `${transport}://${zone}:${portOf(port)}${comma}`
      if (key.file === '') instead.set(key.start, { end: key.end, text })
    }
    for (const stanza of stanzas.filter(({ head }) => head[0]?.file === '')) {
      for (const [{ start, end }, text] of stanzaHere(stanza, portOf))
        instead.set(start, { end, text })
    }
  }
  let text = source
  for (const [start, { end, text: here }] of [...instead].sort(([a], [b]) => b - a)) {
    text = text.slice(0, start) + here + text.slice(end)
  }
  for (const [there, here] of Object.entries(texts)) text = text.replaceAll(there, here)
  return { text, dnsPorts: [...dnsPorts] }
}

type Replacements = (readonly [where: Stanza['head'][number], text: string])[]

function stanzaHere({ name, head, close }: Stanza, portOf: (what: string) => number): Replacements {
  const [first, ...args] = head.filter(({ text }) => text !== '{')
  if (!first) return []
  if (['health', 'ready', 'prometheus'].includes(name)) {
    const address = `127.0.0.1:${portOf(name)}`
    return [args[0] ? [args[0], address] : [first, `${name} ${address}`]]
  }
  if (name === 'bind') return args.map((each, at) => [each, at === 0 ? '127.0.0.1' : ''] as const)
  if (name !== 'kubernetes') return []
  const options = 'endpoint http://127.0.0.1:1\nstartup_timeout 1ms\n}'
  const last = args.at(-1) ?? first
  return [close ? [close, options] : [last, `${last.text} {\n${options}`]]
}
