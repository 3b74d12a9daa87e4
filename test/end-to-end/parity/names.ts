import { isIP } from 'node:net'
import { targetOfMessage } from '../../../functions/names/records/message.ts'
import { dataOfTarget, readTarget } from '../../../functions/names/targets/target.ts'
import type { EtcdKeys } from '../etcd-keys.ts'

/** What is stored for one type of a name: `10.0.0.1, 10.0.0.2 (60 s)`. By name and type: `a.example AAAA`. */
export type Names = ReadonlyMap<string, string>

/** Also where CoreDNS answers it for a value that has no TTL. */
const defaultTtlSeconds = 300

interface Entry {
  readonly type: string
  readonly data: string
  readonly ttl: number
}

/** Whatever lies below `prefix`, as it was meant to be. @param read what a value means */
async function namesBelow(
  etcd: EtcdKeys,
  prefix: string,
  read: (message: Readonly<Record<string, unknown>>, name: string) => readonly Omit<Entry, 'ttl'>[],
): Promise<Names> {
  const entries: (Entry & { readonly name: string })[] = []
  for (const [key, value] of Object.entries(await etcd.all(`${prefix}/`))) {
    const name = key
      .slice(prefix.length + 1)
      .split('/')
      .slice(0, -1)
      .reverse()
      .join('.')
    const message = JSON.parse(value) as Readonly<Record<string, unknown>>
    const ttl = Number(message['ttl'] ?? defaultTtlSeconds)
    entries.push(...read(message, name).map((each) => ({ ...each, name, ttl })))
  }
  const groups = Map.groupBy(entries, ({ name, type }) => `${name} ${type}`)
  return new Map(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, all]) => [at, told(all)]),
  )
}

function told(entries: readonly Entry[]): string {
  const all = entries.map(({ data }) => data).sort()
  const shown = all.length > 4 ? `${all.length} targets` : all.join(', ')
  const ttls = [...new Set(entries.map(({ ttl }) => ttl))].sort((a, b) => a - b)
  return `${shown} (${ttls.join(' and ')} s)`
}

/** A host of ExternalDNS may be data of a type that CoreDNS knows to be something else: SRV or MX. */
export const namesOfExternalDns = (etcd: EtcdKeys, prefix: string) =>
  namesBelow(etcd, prefix, ({ host, text }) => [
    ...(typeof host === 'string'
      ? [{ type: typeOf(host), data: host.replace(/ (\S+)\.$/, ' $1') }]
      : []),
    ...(typeof text === 'string' ? [{ type: 'TXT', data: `"${text}"` }] : []),
  ])

function typeOf(host: string): string {
  const version = isIP(host)
  if (version > 0) return version === 4 ? 'A' : 'AAAA'
  if (/^\d+ \d+ \d+ \S+$/.test(host)) return 'SRV'
  return /^\d+ \S+$/.test(host) ? 'MX' : 'CNAME'
}

/** Without placeholders. */
export const namesOfK2sDns = (etcd: EtcdKeys, prefix: string) =>
  namesBelow(etcd, prefix, (message, name) => {
    const target = targetOfMessage(message)
    if (target === undefined || target === name) return []
    return [{ type: readTarget(target).type, data: dataOfTarget(target) }]
  })
