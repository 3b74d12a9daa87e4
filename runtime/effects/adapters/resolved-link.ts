import type { Link } from '../../clients/ip-command.ts'
import type { BusObject, SystemBus } from '../../clients/system-bus.ts'
import type { Clock } from '../../clock.ts'
import { GiveUp, messageOf } from '../../errors.ts'
import type { Fields, Json } from './driver.ts'
import { type BusServer, parseServer, printServer } from './resolved-server.ts'

export const resolvedService = 'org.freedesktop.resolve1'

export const resolvedManager: BusObject = {
  service: resolvedService,
  path: '/org/freedesktop/resolve1',
  interface: 'org.freedesktop.resolve1.Manager',
}

/** What systemd-resolved knows of one link. A domain with `~` before it only says who is asked. */
export interface ResolvedLink {
  /** `dns`, `domains`, `defaultRoute` */
  read(link: Link, signal: AbortSignal): Promise<Fields>
  /** @throws GiveUp if systemd-networkd keeps the link */
  write(link: Link, fields: Fields, signal: AbortSignal): Promise<void>
  /** Plain DNS without DNSSEC and without asking the neighbours, as a cluster's server speaks it. */
  plain(link: Link, signal: AbortSignal): Promise<void>
}

type Domain = readonly [name: string, routeOnly: boolean]

/** The kernel tells resolved of a new link as soon as it has made it; resolved may still be at something else. */
const noticeMs = 2_000

export function createResolvedLink(bus: SystemBus, clock: Clock): ResolvedLink {
  async function objectOf({ index }: Link, signal: AbortSignal): Promise<BusObject> {
    const since = clock.now()
    for (;;) {
      try {
        const [path] = await bus.call(resolvedManager, 'GetLink', ['i', String(index)], signal)
        return {
          service: resolvedService,
          path: String(path),
          interface: 'org.freedesktop.resolve1.Link',
        }
      } catch (error) {
        const isNew = /not known/.test(messageOf(error))
        if (!isNew || clock.now() - since > noticeMs) throw error
        await clock.sleep(20, signal)
      }
    }
  }

  async function set(link: Link, method: string, args: readonly string[], signal: AbortSignal) {
    const [signature = '', ...values] = args
    try {
      await bus.call(
        resolvedManager,
        method,
        [`i${signature}`, String(link.index), ...values],
        signal,
      )
    } catch (error) {
      if (!/is managed/.test(messageOf(error))) throw error // LinkBusy, whose name busctl keeps to itself
      throw new GiveUp(
        `systemd-networkd keeps ${link.name} and lets nobody else set its DNS: write DNS= and Domains= ` +
          'into its .network file instead, or set host.mode to off',
        { cause: error },
      )
    }
  }

  return {
    async read(link, signal) {
      const object = await objectOf(link, signal)
      const property = (name: string) => bus.property(object, name, signal)
      const servers = (await property('DNSEx')) as BusServer[]
      const domains = (await property('Domains')) as Domain[]
      return {
        dns: listOrNull(servers.map(printServer)),
        domains: listOrNull(domains.map(([name, routeOnly]) => `${routeOnly ? '~' : ''}${name}`)),
        defaultRoute: (await property('DefaultRoute')) === true,
      }
    },
    async write(link, { dns, domains, defaultRoute }, signal) {
      const names = () =>
        domains === undefined || set(link, 'SetLinkDomains', domainArgs(domains), signal)
      const servers = () => dns === undefined || set(link, 'SetLinkDNSEx', serverArgs(dns), signal)
      // Never our server without our domains: every question would go there for a moment.
      for (const step of dns === null ? [servers, names] : [names, servers]) await step()
      if (typeof defaultRoute !== 'boolean') return
      // Where nobody has set it, it follows from the domains; then it stays unset.
      const object = await objectOf(link, signal)
      if ((await bus.property(object, 'DefaultRoute', signal)) === defaultRoute) return
      await set(link, 'SetLinkDefaultRoute', ['b', String(defaultRoute)], signal)
    },
    async plain(link, signal) {
      await objectOf(link, signal)
      for (const what of ['LLMNR', 'MulticastDNS', 'DNSOverTLS', 'DNSSEC']) {
        await set(link, `SetLink${what}`, ['s', 'no'], signal)
      }
    },
  }
}

const listOrNull = (list: readonly string[]) => (list.length > 0 ? list : null)

const texts = (value: Json): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

function serverArgs(value: Json): string[] {
  const servers = texts(value).map(parseServer)
  const each = servers.flatMap(([family, address, port, name]) =>
    [family, address.length, ...address, port, name].map(String),
  )
  return ['a(iayqs)', String(servers.length), ...each]
}

function domainArgs(value: Json): string[] {
  const domains = texts(value)
  const each = domains.flatMap((domain) => [
    domain.replace(/^~/, ''),
    String(domain.startsWith('~')),
  ])
  return ['a(sb)', String(domains.length), ...each]
}
