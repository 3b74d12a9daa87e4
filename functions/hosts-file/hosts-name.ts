import { isIP } from 'node:net'
import { isHost, parseHost } from '../names/host.ts'
import type { Wrong } from '../names/policy/glob.ts'
import type { Entry } from './own-line.ts'

/** A name that a hosts file is to have. */
export interface HostsName {
  readonly name: string
  /** Else the DNS server is asked for its addresses. */
  readonly address?: string
}

/** @example `k2s-registry.local`, `k2s-registry.local=172.19.1.100` */
export function parseHostsName(text: string): HostsName | Wrong {
  const [, before = '', address] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  const name = parseHost(before)
  if (!isHost(name)) return { wrong: `${before} is no name for a hosts file: ${name.message}` }
  if (name === 'localhost') return { wrong: 'localhost is this machine itself' }
  if (address === undefined) return { name }
  if (isIP(address) > 0 && !address.includes('%')) return { name, address }
  return { wrong: `${address} is no IP address: write name=address, or the name alone` }
}

/** What a DNS server said of a name; `unknown`: nobody answered, or not so that one could rely on it. */
export type Said = { readonly addresses: readonly string[] } | 'unknown'

/**
 * The lines that a file is to have. A name of which nothing is known keeps its lines: only a server that says so
 * proves that there is no such name any more.
 */
export function wantedEntries(
  names: readonly HostsName[],
  said: ReadonlyMap<string, Said>,
  now: readonly Entry[],
): Entry[] {
  const entries = names.flatMap(({ name, address }) => {
    if (address !== undefined) return [{ name, address }]
    const answer = said.get(name) ?? 'unknown'
    if (answer === 'unknown') return now.filter((entry) => entry.name === name)
    return answer.addresses.map((each) => ({ name, address: each }))
  })
  return [...new Map(entries.map((entry) => [`${entry.address} ${entry.name}`, entry])).values()]
}
