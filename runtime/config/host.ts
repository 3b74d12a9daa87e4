import path from 'node:path'
import { z } from 'zod'
import { parseHostsName } from '../../functions/hosts-file/hosts-name.ts'
import type { Wish } from '../effects/adapters/driver.ts'
import { dnsServer, list, number, parsedBy, zone } from './values.ts'

const folders: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: String.raw`C:\ProgramData\k2s-dns`,
  darwin: '/Library/Application Support/k2s-dns',
}

/** `host.*`: what this host is told of the cluster's names. docs/host.md explains it. */
export const hostSchema = z.strictObject({
  mode: z
    .enum(['split', 'all', 'off'])
    .default('split')
    .describe('What this host asks the cluster’s server: split: our zones; all: everything; off'),
  server: dnsServer
    .optional()
    .describe('DNS server of the cluster, as this host reaches it; without it the host is let be'),
  journal: z
    .string()
    .min(1)
    .default(path.join(folders[process.platform] ?? '/var/lib/k2s-dns', 'host.journal'))
    .describe('File with what was found before this host was told'),
  pollMs: number(z.number().int().min(100))
    .default(10_000)
    .describe('How often `k2s-dns host` looks whether all is as it was set'),
  prove: z.strictObject({
    names: list(zone)
      .default([])
      .describe('Names of ours that have addresses for sure; the host must get them at a start'),
    public: z
      .string()
      .default('example.com')
      .describe('Another name that the host must get; empty: none'),
    deadlineMs: number(z.number().int().min(100))
      .default(10_000)
      .describe('If it does not get them within it, all is put back'),
  }),
  hostsFile: z.strictObject({
    names: list(parsedBy(parseHostsName))
      .default([])
      .describe('Names that hosts files have: NAME, asked from the server, or NAME=ADDRESS'),
    paths: list(z.string().min(1))
      .default([])
      .describe('Hosts files that have them; else the one of this host'),
  }),
})

export interface HostSettings {
  readonly dns: { readonly zones: readonly string[] }
  readonly host: z.infer<typeof hostSchema>
}

/** What the host is to be told; undefined if it is to be let be. */
export function wishOf({ dns, host }: HostSettings): Wish | undefined {
  const { mode, server } = host
  if (server === undefined || mode === 'off') return undefined
  const [, v6, v4, port = '53'] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(server) ?? []
  return { mode, zones: dns.zones, server: { address: v6 ?? v4 ?? server, port: Number(port) } }
}
