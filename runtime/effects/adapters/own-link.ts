import type { IpCommand, Link } from '../../clients/ip-command.ts'
import { GiveUp, messageOf } from '../../errors.ts'

/**
 * A network link of ours, to which nothing is connected: systemd-resolved asks a server for a domain only where a
 * link has both. It goes with all that was set there. Whatever has its name is ours.
 */
export interface OwnLink {
  readonly name: string
  find(signal: AbortSignal): Promise<Link | undefined>
  /** It is up and has an address afterwards, or systemd-resolved would not use it. */
  create(signal: AbortSignal): Promise<Link>
  remove(signal: AbortSignal): Promise<void>
}

const name = 'k2s-dns0'
const peer = 'k2s-dns1'

/** RFC 7600 4.8: the IPv4 dummy address. A link-local one would not do: resolved leaves links alone that have no other. */
const address = '192.0.0.8/32'

/** Not every kernel has dummy links. Those of WSL 2 and of containers have pairs of virtual Ethernet links all the same. */
const kinds = [
  ['type', 'dummy'],
  ['type', 'veth', 'peer', 'name', peer],
] as const

export function createOwnLink(ip: IpCommand): OwnLink {
  const find = (signal: AbortSignal) => ip.link(name, signal)

  async function add(signal: AbortSignal): Promise<void> {
    const refusals: string[] = []
    for (const kind of kinds) {
      try {
        return await ip.change(['link', 'add', name, ...kind], signal)
      } catch (error) {
        signal.throwIfAborted()
        refusals.push(messageOf(error))
      }
    }
    throw new GiveUp(
      `no link of our own can be made, neither a dummy nor a veth: ${refusals.join('; ')}. ` +
        'Try `modprobe dummy`, as root',
    )
  }

  return {
    name,
    find,
    async create(signal) {
      if (!(await find(signal))) await add(signal)
      for (const each of [name, peer]) {
        if (!(await ip.link(each, signal))) continue // a dummy has no peer
        await ip.change(['link', 'set', each, 'up', 'addrgenmode', 'none'], signal)
      }
      await ip.change(['address', 'replace', address, 'dev', name], signal)
      const link = await find(signal)
      if (link) return link
      throw new GiveUp(`${name} was made and is gone: somebody removes it`)
    },
    async remove(signal) {
      if (await find(signal)) await ip.change(['link', 'del', name], signal)
    },
  }
}
