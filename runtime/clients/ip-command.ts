import { GiveUp, RetryLater } from '../errors.ts'
import type { RunCommand } from './command.ts'

/** Links and routes of this host, by iproute2's `ip`. */
export interface IpCommand {
  /** @returns undefined if there is no such link */
  link(name: string, signal: AbortSignal): Promise<Link | undefined>
  /** @returns the link by which an address is reached, `lo` for one of this host's own */
  linkTo(address: string, signal: AbortSignal): Promise<string>
  /** @param args of `ip link` or `ip address`, as in `link del eth9` */
  change(args: readonly string[], signal: AbortSignal): Promise<void>
}

export interface Link {
  /** As the kernel counts it; another one after a reboot. */
  readonly index: number
  readonly name: string
}

interface JsonLink {
  readonly ifindex: number
  readonly ifname: string
}

export function createIpCommand(run: RunCommand): IpCommand {
  return {
    async link(name, signal) {
      const { code, stdout } = await run('ip', ['-json', 'link', 'show', 'dev', name], { signal })
      if (code !== 0) return undefined // it has no other reason to fail
      const [link] = JSON.parse(stdout) as JsonLink[]
      return link && { index: link.ifindex, name: link.ifname }
    },
    async linkTo(address, signal) {
      const { code, stdout, stderr } = await run('ip', ['-json', 'route', 'get', address], {
        signal,
      })
      if (code !== 0) throw new RetryLater(`no way to ${address} from this host: ${stderr.trim()}`)
      const [route] = JSON.parse(stdout) as { readonly dev: string; readonly type?: string }[]
      if (!route) throw new RetryLater(`no way to ${address} from this host`)
      return route.type === 'local' ? 'lo' : route.dev
    },
    async change(args, signal) {
      const { code, stderr } = await run('ip', args, { signal })
      if (code === 0) return
      const text = `ip ${args.join(' ')}: ${stderr.trim()}`
      if (/not permitted/.test(stderr)) throw new GiveUp(`${text}: run it as root`)
      throw new RetryLater(text)
    },
  }
}
