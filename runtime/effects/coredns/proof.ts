import { randomBytes } from 'node:crypto'
import { askAddresses } from '../../clients/dns.ts'
import type { Clock } from '../../clock.ts'
import { RetryLater } from '../../errors.ts'
import { hostPort } from '../../host-port.ts'
import { dnsPortOf } from './deployment.ts'
import type { Deployment, Objects, Pod } from './objects.ts'

export interface ProofOptions {
  /** Puts a record that goes by itself after a minute; resolves with a function that takes it away. */
  readonly publishProbe: (host: string, address: string) => Promise<() => Promise<void>>
  readonly clock: Clock
}

/** An address for documentation (RFC 5737): nobody can mistake it for a service's. */
const probeAddress = '192.0.2.53'
const askAgainMs = 50
/** For one probe name; less than the minute that its record lasts. */
const deadlineMs = 10_000

/**
 * Asks each server for a name in each zone that was written just now, until it answers. Each probe has a new name: an
 * answer that was cached before, a denial above all, would prove nothing.
 * @param servers `address:port`
 * @throws RetryLater if one does not answer within 10 s
 */
export async function prove(
  servers: readonly string[],
  zones: readonly string[],
  { publishProbe, clock }: ProofOptions,
  signal: AbortSignal,
): Promise<void> {
  async function proveZone(zone: string): Promise<void> {
    const host = `k2s-dns-probe-${randomBytes(4).toString('hex')}.${zone}`
    const remove = await publishProbe(host, probeAddress)
    try {
      await Promise.all(servers.map((server) => untilAnswers(server, host)))
    } finally {
      await remove()
    }
  }

  async function untilAnswers(server: string, host: string): Promise<void> {
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

  if (servers.length > 0) await Promise.all(zones.map(proveZone))
}

/**
 * Where the pods of a Deployment take questions: `address:port` of each that is ready and is not about to end.
 * @throws RetryLater if there is none
 */
export async function podsOf(
  deployment: Deployment,
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const port = dnsPortOf(deployment)
  const pods = (await objects.pods(deployment.spec.selector, signal)).filter(isReady)
  const addresses = pods.flatMap(({ status }) => status?.podIP ?? [])
  if (addresses.length === 0)
    throw new RetryLater(`no pod of the Deployment ${deployment.metadata.name} is ready`)
  return addresses.map((ip) => hostPort(ip, port))
}

const isReady = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined &&
  status?.phase === 'Running' &&
  status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true
