import { Resolver } from 'node:dns/promises'

export interface Answer {
  /** IPv4 addresses; none if the name has none, does not exist, or nobody answered. */
  readonly addresses: readonly string[]
  /** `ENOTFOUND` (NXDOMAIN), `ENODATA`, `ETIMEOUT`, `ESERVFAIL` …; none with addresses. */
  readonly code?: string
}

/** Asks one DNS server for a name's A records, once. @param server `address:port` */
export async function askAddresses(
  server: string,
  host: string,
  { timeoutMs }: { timeoutMs: number },
): Promise<Answer> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  resolver.setServers([server])
  try {
    return { addresses: (await resolver.resolve4(host)).sort() }
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException // node:dns rejects with codes
    return { addresses: [], code }
  }
}
