import type { RunCommand } from '../../clients/command.ts'
import type { FollowCommand } from '../../clients/follow.ts'
import { createIpCommand, type Link } from '../../clients/ip-command.ts'
import { createSystemBus } from '../../clients/system-bus.ts'
import type { Clock } from '../../clock.ts'
import { GiveUp, RetryLater } from '../../errors.ts'
import { asksResolved, type ResolverFiles, resolverFiles } from './asked-for.ts'
import { changesOf } from './changes.ts'
import type { AdapterDriver, Fields, Place, Wish } from './driver.ts'
import { overrulesOthers } from './network-manager-version.ts'
import { createOwnLink } from './own-link.ts'
import { createResolvedDelegate, delegateFolder } from './resolved-delegate.ts'
import { createResolvedLink, resolvedManager, resolvedService } from './resolved-link.ts'
import { serverText } from './resolved-server.ts'

export interface ResolvedOptions {
  readonly run: RunCommand
  readonly follow: FollowCommand
  readonly clock: Clock
  readonly files?: ResolverFiles
  /** default: {@link delegateFolder} */
  readonly delegates?: string
}

/**
 * systemd-resolved (246 and newer). Since 258 a file of ours tells it all. Before, it asks a link's servers through that
 * link only, so the way to the server decides where a setting goes: one on this host gets a link of ours, which
 * takes everything with it when it goes; another one is told to the link that leads to it.
 */
export function createResolved(options: ResolvedOptions): AdapterDriver {
  const { run, follow, clock, files = resolverFiles, delegates = delegateFolder } = options
  const bus = createSystemBus(run, follow)
  const ip = createIpCommand(run)
  const own = createOwnLink(ip)
  const settings = createResolvedLink(bus, clock)
  const delegate = createResolvedDelegate(delegates, { bus, run })

  async function detect(signal: AbortSignal) {
    if (!(await bus.hasOwner(resolvedService, signal))) {
      return { applies: false, because: `nobody is ${resolvedService} on the system bus` }
    }
    if (await overrulesOthers(bus, signal)) {
      return { applies: false, because: 'NetworkManager before 1.26.6 overrules what we tell it' }
    }
    const { asked, because } = await asksResolved(files)
    return { applies: asked, because }
  }

  async function delegatePlace(wish: Wish): Promise<Place> {
    const now = (await delegate.read()) ?? nothing
    const wanted = { exists: true, ...wantedOf(wish) }
    return { id: delegate.path, label: delegate.path, now, wanted }
  }

  async function ownPlace(wish: Wish, signal: AbortSignal): Promise<Place> {
    const now = (await readOwn(signal)) ?? nothing
    const wanted = { exists: true, ...wantedOf(wish) }
    return { id: own.name, label: `${own.name}, a link of our own`, now, wanted }
  }

  async function placeOf(name: string, wish: Wish, signal: AbortSignal): Promise<Place> {
    const now = await read(name, signal)
    if (!now) throw new RetryLater(`link ${name}, by which the server is reached, is gone`)
    const others = texts(now['dns']).filter((server) => server !== serverText(wish.server))
    if (wish.mode === 'split' && others.length > 0) {
      throw new GiveUp(
        `${name}, by which ${wish.server.address} is reached, has DNS servers of its own (${others.join(', ')}), ` +
          'and systemd-resolved can’t tell names apart within one link before systemd 258: let the server ' +
          'listen on an address of this host, or set host.mode to all',
      )
    }
    return { id: name, label: name, now, wanted: wantedOf(wish, texts(now['domains'])) }
  }

  async function readOwn(signal: AbortSignal): Promise<Fields | undefined> {
    const link = await own.find(signal)
    if (!link) return undefined
    const isThere = await bus.hasOwner(resolvedService, signal)
    return { ...nothing, exists: true, ...(isThere && (await settings.read(link, signal))) }
  }

  async function read(id: string, signal: AbortSignal): Promise<Fields | undefined> {
    if (id === own.name) return readOwn(signal)
    if (id === delegate.path) return delegate.read()
    const link = await ip.link(id, signal)
    return link && settings.read(link, signal)
  }

  async function write(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    if (id === delegate.path) return delegate.write(fields, signal)
    if (id !== own.name) return settings.write(await existing(id, signal), fields, signal)
    if (fields['exists'] === null) return own.remove(signal)
    const link = await own.create(signal)
    await settings.plain(link, signal)
    await settings.write(link, fields, signal)
  }

  async function existing(name: string, signal: AbortSignal): Promise<Link> {
    const link = await ip.link(name, signal)
    if (link) return link
    throw new RetryLater(`link ${name} is gone`)
  }

  return {
    name: 'resolved',
    detect,
    async places(wish, signal) {
      if (await delegate.isKnown(signal)) return [await delegatePlace(wish)]
      const name = await ip.linkTo(wish.server.address, signal)
      const isHere = name === 'lo'
      return [isHere ? await ownPlace(wish, signal) : await placeOf(name, wish, signal)]
    },
    read,
    write,
    flush: async (signal) => void (await bus.call(resolvedManager, 'FlushCaches', [], signal)),
    changes: (signal) =>
      changesOf(
        [
          (until) => bus.messages(rules, until),
          (until) => follow('ip', ['-oneline', 'monitor', 'link', 'address', 'route'], until),
        ],
        signal,
      ),
  }
}

/** A link or a file of ours that is not there. */
const nothing: Fields = { exists: null, dns: null, domains: null, defaultRoute: null }

/** It comes and goes, and what it asks has changed. */
const rules = [
  `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${resolvedService}'`,
  `type='signal',sender='${resolvedService}',member='PropertiesChanged'`,
]

/**
 * `~.` beats every default route, and a domain of another link beats it. Names below `.local` are not among its: without a
 * domain of their own they are mDNS's.
 * @param found the link's domains: with all questions, those that short names are tried with stay
 */
function wantedOf({ mode, zones, server }: Wish, found: readonly string[] = []): Fields {
  const ours = zones.map((zone) => `~${zone}`)
  const domains = mode === 'all' ? ['~.', ...ours, ...found] : ours
  return {
    dns: [serverText(server)],
    domains: [...new Set(domains)],
    defaultRoute: mode === 'all',
  }
}

const texts = (value: Fields[string] | undefined): readonly string[] =>
  Array.isArray(value) ? value.map(String) : []
