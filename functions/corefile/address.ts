import { reverseZones } from './reverse-zones.ts'

/** A key of a server block, or a plugin's argument that names zones, read: `tls://example.org:853`. */
export interface Address {
  /** `dns` unless it is written. */
  readonly transport: string
  /** Lower case, without trailing dot; the root is empty. A network is its reverse zones. */
  readonly zones: readonly string[]
  /** Undefined: the transport's own, unless CoreDNS is started with `-dns.port`. */
  readonly port: string | undefined
}

/** After plugin/normalize.go, SplitHostPort, and plugin/pkg/parse/transport.go. */
export function addressOf(text: string): Address {
  const [, transport = 'dns', rest = ''] =
    /^(?:(dns|tls|quic|grpc|https3|https|unix):\/\/)?(.*)$/s.exec(text) ?? []
  const [, host = rest, port] = /^(.*):(\d+)$/s.exec(rest) ?? []
  return { transport, zones: reverseZones(host) ?? [normal(host)], port }
}

const normal = (zone: string): string => zone.toLowerCase().replace(/\.$/, '')

/** Whether a name is the zone or lies below it; all names lie below the root, which is empty. */
export const isIn = (name: string, zone: string): boolean =>
  zone === '' || name === zone || name.endsWith(`.${zone}`)

/** The longest of the zones that hold a name. */
export const longestZone = (name: string, zones: readonly string[]): string | undefined =>
  zones.filter((zone) => isIn(name, zone)).sort((a, b) => b.length - a.length)[0]
