import { askAddresses } from '../clients/dns.ts'
import type { Clock } from '../clock.ts'
import { GiveUp, RetryLater } from '../errors.ts'
import type { HostResolver, Served, Survey } from '../host-context.ts'
import { hostPort } from '../host-port.ts'
import type { Wish } from './adapters/driver.ts'

export interface HostResolverOptions {
  readonly wish: Wish | undefined
  readonly prove: {
    /** Names of ours that have addresses; besides those that CoreDNS has by itself. */
    readonly names: readonly string[]
    /** Of the Internet; empty if none is to be proven. */
    readonly public: string
    readonly deadlineMs: number
  }
  /** Asks as any program on this host does, in a process of its own. @returns its addresses; none if it got none */
  readonly lookup: Lookup
  readonly clock: Clock
}

export type Lookup = (
  name: string,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<readonly string[]>

const askMs = 2_000
const tries = 3
const askAgainMs = 200

/**
 * Which name proves a zone? Below its apex none is there for sure: what is configured, the API server's (CoreDNS's
 * `kubernetes` plugin has it), or the address of CoreDNS itself. A zone where the server has none of them is proven by
 * nothing but the server's word.
 */
const usualNames = (zone: string) => [`kubernetes.default.svc.${zone}`, `ns.dns.${zone}`]

export function createHostResolver(options: HostResolverOptions): HostResolver {
  const { wish, prove, lookup, clock } = options

  const ask = ({ server }: Wish, name: string) =>
    askAddresses(serverText(server), name, { timeoutMs: askMs })

  /** @returns undefined if it answers for the zone's apex or a name that is known; else why not */
  async function fault(wish: Wish, zone: string): Promise<string | undefined> {
    let last = ''
    for (let left = tries; left > 0; left--) {
      const { code } = await ask(wish, zone)
      if (code === undefined || code === 'ENODATA' || code === 'ENOTFOUND') return undefined
      last = code
    }
    const isThere = last === 'ESERVFAIL' || last === 'EREFUSED'
    if (isThere && (await provable(wish, zone)).length > 0) return undefined
    return `${serverText(wish.server)} does not answer for ${zone}: ${last}`
  }

  async function served(wish: Wish): Promise<Served> {
    const found = await Promise.all(wish.zones.map((zone) => fault(wish, zone)))
    return {
      zones: wish.zones.filter((_, index) => found[index] === undefined),
      faults: found.flatMap((each) => each ?? []),
    }
  }

  async function provable(wish: Wish, zone: string): Promise<Survey['ours']> {
    const below = (name: string) => name === zone || name.endsWith(`.${zone}`)
    for (const name of [...prove.names.filter(below), ...usualNames(zone)]) {
      const { addresses } = await ask(wish, name)
      if (addresses.length > 0) return [{ name, addresses }]
    }
    return []
  }

  return {
    served: async () => (wish ? served(wish) : { zones: [], faults: [] }),

    async survey(signal) {
      if (!wish) throw new GiveUp('host.server is not set: there is nothing to tell this host')
      const { zones, faults } = await served(wish)
      if (zones.length === 0) throw new RetryLater(faults.join('; '))
      const [ours, before] = await Promise.all([
        Promise.all(zones.map((zone) => provable(wish, zone))),
        prove.public === '' ? [] : lookup(prove.public, { timeoutMs: askMs, signal }),
      ])
      return {
        zones,
        faults,
        ours: ours.flat(),
        foreign: before.length > 0 ? prove.public : undefined,
      }
    },

    async prove({ ours, foreign }, signal) {
      const deadline = clock.now() + prove.deadlineMs
      const isRight = async (name: string, among?: readonly string[]) => {
        const timeoutMs = Math.max(1, Math.ceil(deadline - clock.now()))
        const got = await lookup(name, { timeoutMs, signal })
        return got.some((address) => among?.includes(address) ?? true)
      }
      for (;;) {
        const checks = [
          ...ours.map(async ({ name, addresses }) =>
            (await isRight(name, addresses)) ? [] : [name],
          ),
          ...(foreign === undefined ? [] : [isRight(foreign).then((is) => (is ? [] : [foreign]))]),
        ]
        const missing = (await Promise.all(checks)).flat()
        if (missing.length === 0) return
        if (clock.now() >= deadline) {
          throw new RetryLater(
            `within ${prove.deadlineMs} ms this host did not get ${missing.join(', ')}: all was put back`,
          )
        }
        await clock.sleep(askAgainMs, signal)
      }
    },
  }
}

const serverText = ({ address, port }: Wish['server']): string => hostPort(address, port)
