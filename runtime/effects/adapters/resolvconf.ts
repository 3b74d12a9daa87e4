import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { CommandResult, RunCommand } from '../../clients/command.ts'
import { GiveUp, messageOf, RetryLater } from '../../errors.ts'
import type { AdapterDriver, Json } from './driver.ts'
import { flushNscd } from './nscd.ts'
import { onPort53 } from './on-port-53.ts'
import { writerOf } from './resolv-conf-lines.ts'

/** Two programs with one name, and what they call the same thing. */
interface Flavor {
  /** Of ours: an interface that there is not. Debian's has those of `lo` first (interface-order(5)). */
  readonly record: string
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

const flavors: readonly (Flavor & { readonly version: RegExp })[] = [
  {
    version: /^openresolv /,
    record: 'k2s-dns',
    add: ['-m', '0', '-x', '-a'], // the least metric, and the only one
    remove: ['-f', '-d'],
  },
  { version: /^Debian resolvconf /, record: 'lo.k2s-dns', add: ['-a'], remove: ['-d'] },
]

/**
 * openresolv, or Debian's resolvconf, where one of them writes resolv.conf: it is given a record of our own, which is
 * nobody else's, and forgets it with a reboot. Debian's puts our server before the others, openresolv leaves those out.
 */
export function createResolvconf({
  path,
  run,
}: {
  readonly path: string
  readonly run: RunCommand
}): AdapterDriver {
  const resolvconf = (args: readonly string[], signal: AbortSignal, input?: string) =>
    run('resolvconf', args, { signal, ...(input !== undefined && { input }) })

  async function flavorOf(signal: AbortSignal): Promise<Flavor> {
    const { stdout } = await resolvconf(['--version'], signal)
    const flavor = flavors.find(({ version }) => version.test(stdout))
    if (flavor) return flavor
    throw new GiveUp(`resolvconf is neither openresolv nor Debian’s: ${stdout.trim()}`)
  }

  async function serversOf(record: string, signal: AbortSignal): Promise<Json> {
    const { stdout } = await resolvconf(['-l'], signal)
    const [, ...records] = stdout.split(/^# resolv\.conf from /m)
    const ours = records.find((text) => text.split('\n', 1)[0] === record)
    const servers = [...(ours ?? '').matchAll(/^nameserver\s+(\S+)/gm)].map(
      ([, server = '']) => server,
    )
    return servers.length > 0 ? servers : null
  }

  return {
    name: 'resolvconf',

    async detect(signal) {
      const text = await readFile(path, 'latin1').catch(() => '')
      if (writerOf(text) !== 'resolvconf') {
        return { applies: false, because: `${path} does not say that resolvconf writes it` }
      }
      try {
        await flavorOf(signal)
        return {
          applies: true,
          because:
            `${path} says that resolvconf writes it; ` +
            'it can’t tell zones apart: it is told with host.mode all only',
        }
      } catch (error) {
        return { applies: false, because: messageOf(error) }
      }
    },

    async places({ mode, server }, signal) {
      if (mode === 'split') return []
      const address = onPort53(server, path)
      const { record } = await flavorOf(signal)
      const now = { servers: await serversOf(record, signal) }
      return [{ id: record, label: `record ${record}`, now, wanted: { servers: [address] } }]
    },

    async read(id, signal) {
      return { servers: await serversOf(id, signal) }
    },

    async write(id, { servers = null }, signal) {
      const { add, remove } = await flavorOf(signal)
      const addresses = Array.isArray(servers) ? servers.filter(isAddress) : []
      const lines = addresses.map((address) => `nameserver ${address}\n`).join('')
      const isGone = lines === ''
      checked(
        await resolvconf([...(isGone ? remove : add), id], signal, isGone ? undefined : lines),
      )
    },

    flush: (signal) => flushNscd(run, signal),
  }
}

const isAddress = (value: Json): value is string => typeof value === 'string' && isIP(value) > 0

function checked({ code, stdout, stderr }: CommandResult): void {
  if (code === 0) return
  const said = `${stdout}${stderr}`.trim()
  if (/permission denied|not permitted/i.test(said)) {
    throw new GiveUp(`resolvconf: ${said}: run this as root, or with sudo`)
  }
  throw new RetryLater(`resolvconf ended with ${code}: ${said}`)
}
