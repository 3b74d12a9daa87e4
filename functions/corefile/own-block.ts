import { denialLine } from './denial.ts'
import { etcdStanza } from './etcd-stanza.ts'
import type { Server } from './server.ts'
import { staleLine } from './stale.ts'
import type { Wish } from './wish.ts'
import { word } from './word.ts'

/** What a block needs for itself, since these count for their own block only; `reload` and `health` are for all. */
const taken = ['errors', 'loadbalance', 'prometheus']

/**
 * A server block for zones of ours. It has no cache, so that a name that is gone is gone at once; only `serve_stale`
 * brings one. etcd stands before all else: a stanza that somebody's script puts before `prometheus` is
 * the second one then, which CoreDNS does not read.
 */
export function ownBlock(
  zones: readonly string[],
  port: string | undefined,
  main: Server,
  wish: Wish,
): string[] {
  const keys = zones.map((zone) => (port === undefined ? zone : `${zone}:${port}`))
  const copied = main.stanzas
    .filter(
      ({ name, head, close }) => taken.includes(name) && close === undefined && head.length < 3,
    )
    .map(({ name, args }) => [name, ...args.map(name === 'prometheus' ? quoted : word)].join(' '))
  const cache = wish.serveStale === undefined ? [] : cacheLines(wish.serveStale, wish)
  const lines = [...etcdStanza([], wish.etcd), ...copied, ...cache]
  return [`${keys.join(' ')} {`, ...lines.map((line) => `    ${line}`), '}']
}

/** In quotes, so that K2s's scripts don't find the line: `sed '/^\s*prometheus :9153/i …'`. */
const quoted = (text: string) => (word(text) === text ? `"${text}"` : word(text))

/** Answers are good for a second, so that a name that goes is gone a second later; what is stale is kept much longer. */
const cacheLines = (stale: string, wish: Wish) => [
  'cache 1 {',
  `    ${denialLine([], wish)}`,
  `    ${staleLine(stale, wish)}`,
  '}',
]
