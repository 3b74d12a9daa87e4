import type { Refusal } from '../claim.ts'
import type { AskContext, Asked, Metadata } from '../kinds/kind.ts'
import { printable } from '../targets/targets.ts'
import { annotationsOf } from './annotations.ts'
import { isRead, nothing } from './ask.ts'
import { type HostsFile, parseHostsFile } from './hosts-file.ts'

/**
 * The names that texts in the format of hosts(5) list, and no others: of the annotations only `ttl` and
 * `controller` count. A name in several texts has the addresses of all.
 * @param texts by what they are called in a refusal: `hosts:3` is line 3 of `hosts`
 */
export function askHosts(
  { metadata }: { metadata: Metadata },
  texts: Readonly<Record<string, string>>,
  { settings }: AskContext,
): Asked {
  if (!isRead(metadata, settings)) return nothing
  const { ttlSeconds, refused } = annotationsOf(metadata)
  const files = Object.entries(texts).map(([key, text]) => ({ key, ...parseHostsFile(text) }))
  const hosts = new Set(files.flatMap(({ names }) => [...names.keys()]))
  const addresses = (host: string) => files.flatMap(({ names }) => [...(names.get(host) ?? [])])
  return {
    asks: [...hosts].map((host) => ({ host, targets: addresses(host), ttlSeconds })),
    refused: [...refused, ...files.flatMap(refusalsOf)],
  }
}

const refusalsOf = ({ key, wrong }: HostsFile & { readonly key: string }): Refusal[] =>
  wrong.map(({ line, message }) => ({
    host: `${printable(key)}:${line}`,
    reason: 'malformed',
    message,
  }))
