import { readFile } from 'node:fs/promises'

/** The files by which the C library finds out whom programs ask for a host's address. */
export interface ResolverFiles {
  /** nsswitch.conf(5) */
  readonly nsswitch: string
  /** resolv.conf(5) */
  readonly resolvConf: string
}

export const resolverFiles: ResolverFiles = {
  nsswitch: '/etc/nsswitch.conf',
  resolvConf: '/etc/resolv.conf',
}

/** Where resolved answers as a DNS server; the second one does no more than forward. */
const stubs = ['127.0.0.53', '127.0.0.54']

/** Whether systemd-resolved is what programs ask: by its own module of the C library, or by DNS. */
export async function asksResolved(files: ResolverFiles) {
  const modules = modulesIn(await textOf(files.nsswitch))
  const [byModule, byDns] = [modules.indexOf('resolve'), modules.indexOf('dns')]
  if (byModule >= 0 && (byDns < 0 || byModule < byDns)) {
    return { asked: true, because: `${files.nsswitch} has \`resolve\` before \`dns\`` }
  }
  const servers = nameserversIn(await textOf(files.resolvConf))
  if (servers.length > 0 && servers.every((server) => stubs.includes(server))) {
    return { asked: true, because: `${files.resolvConf} names ${servers.join(', ')}` }
  }
  const named = servers.length > 0 ? servers.join(', ') : 'no server'
  return {
    asked: false,
    because: `${files.nsswitch} has no \`resolve\` before \`dns\`, and ${files.resolvConf} names ${named}`,
  }
}

/** Of the line `hosts:`; what stands in brackets is about them. */
function modulesIn(nsswitch: string): string[] {
  const [, hosts = ''] = /^\s*hosts:([^#\n]*)/m.exec(nsswitch) ?? []
  return hosts
    .replace(/\[[^\]]*\]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
}

const nameserversIn = (resolvConf: string): string[] =>
  [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = '']) => server)

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')
