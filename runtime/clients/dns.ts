import type { MxRecord, SrvRecord } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import type { TypeAnswer } from '../../functions/names/story/story.ts'
import { type TargetType, writeTarget } from '../../functions/names/targets/target.ts'

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

/**
 * Asks one DNS server for a name's A, AAAA and CNAME records, and those of other types that it ought to have, once each.
 * @param server `address:port`
 */
export async function askTypes(
  server: string,
  host: string,
  { timeoutMs, also }: { timeoutMs: number; also: ReadonlySet<TargetType> },
): Promise<readonly TypeAnswer[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  resolver.setServers([server])
  const answer = async (type: TypeAnswer['type'], ask: () => Promise<readonly Found[]>) => {
    try {
      const found = await ask()
      const ttls = found.flatMap((each) => (typeof each === 'string' ? [] : each.ttl))
      const values = found.map((each) => (typeof each === 'string' ? each : each.address)).sort()
      return { type, values, ...(ttls.length > 0 && { ttlSeconds: Math.min(...ttls) }) }
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException // node:dns rejects with codes
      return { type, values: [], code }
    }
  }
  const questions: Readonly<Record<TargetType, () => Promise<readonly Found[]>>> = {
    A: () => resolver.resolve4(host, { ttl: true }),
    AAAA: () => resolver.resolve6(host, { ttl: true }),
    CNAME: () => resolver.resolveCname(host), // node:dns tells no TTL of these
    TXT: async () => (await resolver.resolveTxt(host)).map(txt),
    MX: async () => (await resolver.resolveMx(host)).map(mx),
    SRV: async () => (await resolver.resolveSrv(host)).map(srv),
  }
  const types: readonly TargetType[] = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV']
  return Promise.all(
    types
      .filter((type, index) => index < 3 || also.has(type))
      .map((type) => answer(type, questions[type])),
  )
}

type Found = string | { readonly address: string; readonly ttl: number }

const txt = (parts: readonly string[]) => writeTarget({ type: 'TXT', text: parts.join('') })
const mx = ({ priority, exchange }: MxRecord) =>
  writeTarget({ type: 'MX', priority, host: exchange })
const srv = ({ priority, weight, port, name }: SrvRecord) =>
  writeTarget({ type: 'SRV', priority, weight, port, host: name })
