import { isIP } from 'node:net'
import { readOwnLine } from '../../hosts-file/own-line.ts'
import { printable } from '../targets/targets.ts'

/** What a file in the format of hosts(5) says. */
export interface HostsFile {
  /** Addresses by name: those of all its lines, in their order. Names in lower case, not looked at otherwise. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>
  readonly wrong: readonly WrongLine[]
}

/** A line that is left out. */
export interface WrongLine {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/**
 * Reads `address name…` lines; what follows a `#` is a comment. As in CoreDNS's hosts plugin a name may stand in
 * several lines, and aliases are names like the first; other than there a wrong line is told. Lines that k2s-dns wrote
 * ask for nothing: they say what answers already, and would hold the names by themselves.
 */
export function parseHostsFile(text: string): HostsFile {
  const names = new Map<string, Set<string>>()
  const wrong: WrongLine[] = []
  for (const [index, each] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const [address = '', ...hosts] = each.replace(/#.*/s, '').split(/\s+/).filter(Boolean)
    if (address === '' || readOwnLine(each)) continue
    const message = faultOf(address, hosts)
    if (message !== undefined) {
      wrong.push({ line: index + 1, message })
      continue
    }
    for (const host of hosts) {
      const name = host.toLowerCase().replace(/\.$/, '')
      names.set(name, (names.get(name) ?? new Set()).add(address))
    }
  }
  return { names, wrong }
}

function faultOf(address: string, hosts: readonly string[]): string | undefined {
  const shown = printable(address, 63)
  if (isIP(address) === 0) return `"${shown}" is no IP address: write \`address name…\``
  if (address.includes('%')) return `${shown} is of one machine only: leave out its zone`
  return hosts.length === 0 ? `no name follows ${shown}` : undefined
}
