import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { GiveUp, messageOf } from '../../errors.ts'
import { createFile } from '../files/create-file.ts'
import { textIfThere } from '../files/text-if-there.ts'
import type { Fields, Json, Wish } from './driver.ts'

/** A file of ours by which dnsmasq asks a server for a domain: dnsmasq(8), `--server=/DOMAIN/ADDRESS#PORT`. */
export interface DnsmasqFile {
  readonly path: string
  /** `servers`: null if there is no such file */
  read(): Promise<Fields>
  /** @throws GiveUp if it can't be written */
  write(fields: Fields): Promise<void>
}

const header = '# Written by k2s-dns, which removes it when the cluster stops.'
const server = /^server=\/([^/]+)\/([^#]+)#(\d+)$/

export function createDnsmasqFile(folder: string): DnsmasqFile {
  const file = path.join(folder, 'k2s-dns.conf')
  const unfinished = path.join(folder, '.k2s-dns.conf') // dnsmasq passes over names with a dot before them
  return {
    path: file,
    async read() {
      const text = await textIfThere(file)
      return { servers: text === undefined ? null : parse(text) }
    },
    async write({ servers = null }) {
      try {
        if (servers === null) return await rm(file, { force: true })
        await mkdir(folder, { recursive: true })
        await createFile(file, print(servers), 0o644, unfinished)
      } catch (cause) {
        throw new GiveUp(`${file}: ${messageOf(cause)}: run it as root`, { cause })
      }
    },
  }
}

export const serversFor = ({ zones, server: { address, port } }: Wish): Json =>
  zones.map((zone) => ({ zone, address, port }))

/** A line that is none of ours stays as it is. */
function parse(text: string): Json {
  const lines = text.split('\n').filter((line) => line !== '' && line !== header)
  return lines.map((line) => {
    const [, zone = '', address = '', port] = server.exec(line) ?? []
    return port === undefined ? line : { zone, address, port: Number(port) }
  })
}

function print(servers: Json): string {
  const lines = (Array.isArray(servers) ? (servers as readonly Json[]) : []).map((each) => {
    if (typeof each === 'string') return each
    const { zone, address, port } = each as { readonly [key: string]: Json } // as `parse` made it
    return `server=/${String(zone)}/${String(address)}#${String(port)}`
  })
  return [header, ...lines, ''].join('\n')
}
