import { randomBytes } from 'node:crypto'
import { askAddresses } from '../clients/dns.ts'
import type { Clock } from '../clock.ts'
import { RetryLater } from '../errors.ts'
import type { CoreDns } from '../function.ts'

export interface CoreDnsOptions {
  /** `address:port` of each DNS server that must answer from the record store; may be none. */
  readonly servers: readonly string[]
  readonly zones: readonly string[]
  /** Puts a record that goes by itself after a minute; resolves with a function that takes it away. */
  readonly publishProbe: (host: string, address: string) => Promise<() => Promise<void>>
  readonly clock: Clock
  /** Default 10,000. */
  readonly deadlineMs?: number
}

/** An address for documentation (RFC 5737): nobody can mistake it for a service's. */
const probeAddress = '192.0.2.53'
const askAgainMs = 50

/**
 * Asks real questions. Each probe has a new name: an answer that was cached before, a denial above all, would
 * prove nothing.
 */
export function createCoreDns(options: CoreDnsOptions): CoreDns {
  const { servers, zones, publishProbe, clock, deadlineMs = 10_000 } = options

  async function proveZone(zone: string, signal: AbortSignal): Promise<void> {
    const host = `k2s-dns-probe-${randomBytes(4).toString('hex')}.${zone}`
    const remove = await publishProbe(host, probeAddress)
    try {
      await Promise.all(servers.map((server) => untilAnswers(server, host, signal)))
    } finally {
      await remove()
    }
  }

  async function untilAnswers(server: string, host: string, signal: AbortSignal): Promise<void> {
    const deadline = clock.now() + deadlineMs
    for (;;) {
      const { addresses, code } = await askAddresses(server, host, { timeoutMs: 1_000 })
      if (addresses.includes(probeAddress)) return
      if (clock.now() > deadline) {
        throw new RetryLater(
          `${server} does not answer ${host} from the record store within ${deadlineMs} ms (${code}): does ` +
            'its Corefile have the etcd plugin for that zone, with our etcd.endpoints and path?',
        )
      }
      await clock.sleep(askAgainMs, signal)
    }
  }

  return {
    async proveServing(signal) {
      if (servers.length > 0) await Promise.all(zones.map((zone) => proveZone(zone, signal)))
      return { asked: servers }
    },
  }
}
