import { mkdir, rm } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import type { CommandResult, RunCommand } from '../../clients/command.ts'
import { GiveUp, messageOf, RetryLater } from '../../errors.ts'
import { createFile } from '../files/create-file.ts'
import { textIfThere } from '../files/text-if-there.ts'
import type { AdapterDriver, Fields, Place, Wish } from './driver.ts'
import { onPort53 } from './on-port-53.ts'

export interface Macos {
  readonly run: RunCommand
  /** Where resolver(5) looks for a file of each domain; default `/etc/resolver`. */
  readonly folder?: string
}

const servicePrefix = 'service:'
const header = '# Written by k2s-dns, and taken away when the cluster stops.'

const resolverFile = ({ address, port }: Wish['server']): string =>
  [header, `nameserver ${address}`, ...(port === 53 ? [] : [`port ${port}`]), ''].join('\n')

/**
 * macOS: a file of resolver(5) for each zone; in mode `all` the servers of each network service, also of one that is off (`*`).
 * A place is the path of a file or, with `service:`, the name of a service.
 */
export const createMacos = ({ run, folder = '/etc/resolver' }: Macos): AdapterDriver => {
  const networkSetup = async (args: readonly string[], signal: AbortSignal): Promise<string> => {
    const result = await run('/usr/sbin/networksetup', args, { signal })
    if (result.code === 0 && !result.stdout.includes('** Error:')) return result.stdout
    throw refusal(args, result)
  }
  /** The first line explains the asterisk of those that are off. */
  const services = async (signal: AbortSignal): Promise<readonly string[]> => {
    const [, ...lines] = (await networkSetup(['-listallnetworkservices'], signal)).split('\n')
    return lines.filter((line) => line !== '').map((line) => line.replace(/^\*/, ''))
  }
  /** Without servers it says so in a sentence. */
  const serversOf = async (service: string, signal: AbortSignal): Promise<Fields> => {
    const lines = (await networkSetup(['-getdnsservers', service], signal)).split('\n')
    const servers = lines.filter((line) => isIP(line) !== 0)
    return { servers: servers.length === 0 ? null : servers }
  }
  const filePlace = async (zone: string, wish: Wish): Promise<Place> => {
    const id = path.join(folder, zone)
    return { id, label: id, now: await readFields(id), wanted: { text: resolverFile(wish.server) } }
  }
  const servicePlace = async (service: string, server: string, signal: AbortSignal) => ({
    id: servicePrefix + service,
    label: service,
    now: await serversOf(service, signal),
    wanted: { servers: [server] },
  })

  return {
    name: 'macos',

    async detect(signal) {
      try {
        const names = await services(signal)
        return { applies: true, because: `networksetup knows the services ${names.join(', ')}` }
      } catch (error) {
        return { applies: false, because: messageOf(error) }
      }
    },

    async places(wish, signal) {
      if (wish.mode === 'split') return Promise.all(wish.zones.map((zone) => filePlace(zone, wish)))
      const server = onPort53(wish.server, 'a network service')
      const names = await services(signal)
      return Promise.all(names.map((name) => servicePlace(name, server, signal)))
    },

    async read(id, signal) {
      if (!id.startsWith(servicePrefix)) return readFields(id)
      const service = id.slice(servicePrefix.length)
      return (await services(signal)).includes(service) ? serversOf(service, signal) : undefined
    },

    async write(id, fields, signal) {
      if (!id.startsWith(servicePrefix)) return writeText(id, fields['text'])
      const { servers } = fields
      if (servers === undefined) return
      const list = Array.isArray(servers) ? servers.map(String) : ['Empty'] // automatic
      await networkSetup(['-setdnsservers', id.slice(servicePrefix.length), ...list], signal)
    },

    async flush(signal) {
      await run('/usr/bin/dscacheutil', ['-flushcache'], { signal })
      await run('/usr/bin/killall', ['-HUP', 'mDNSResponder'], { signal })
    },
  }
}

const refusal = (args: readonly string[], { code, stdout, stderr }: CommandResult): Error => {
  const said = `${stdout}${stderr}`.trim()
  const message = `networksetup ${args.join(' ')} ended with ${code}: ${said}`
  return /admin privileges|root/.test(said)
    ? new GiveUp(`${message}; run k2s-dns with sudo`)
    : new RetryLater(message)
}

const readFields = async (file: string): Promise<Fields> => ({
  text: (await textIfThere(file)) ?? null,
})

/**
 * As a whole or not at all, as half a text would be nobody's. It is made ready outside of the folder, where every file is one of
 * a domain.
 */
const writeText = async (file: string, text: Fields[string] | undefined): Promise<void> => {
  if (text === undefined) return
  try {
    if (typeof text !== 'string') return await rm(file, { force: true })
    const ready = `${path.dirname(file)}-${path.basename(file)}.k2s-dns`
    await mkdir(path.dirname(file), { recursive: true })
    await createFile(file, text, 0o644, ready)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') {
      throw new GiveUp(`can't write ${file}: run k2s-dns with sudo`, { cause })
    }
    throw cause
  }
}
