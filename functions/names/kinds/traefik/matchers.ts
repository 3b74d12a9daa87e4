/** What a matcher looks at: the host by name, the host by a pattern, or something that is not the host. */
export type Subject = 'host' | 'host-pattern' | 'other'

export interface Matchers {
  readonly names: readonly string[]
  /** By each spelling of each name. */
  readonly subjects: ReadonlyMap<string, Subject>
}

/**
 * Matchers of HTTP routers in both of Traefik's syntaxes (pkg/muxer/http/matcher.go and matcher_v2.go of
 * v3.7): which of them holds for a rule is in Traefik's own configuration.
 */
export const httpMatchers = matchers({
  Host: 'host',
  HostHeader: 'host',
  HostRegexp: 'host-pattern',
  ClientIP: 'other',
  Header: 'other',
  HeaderRegexp: 'other',
  Headers: 'other',
  HeadersRegexp: 'other',
  Method: 'other',
  Path: 'other',
  PathPrefix: 'other',
  PathRegexp: 'other',
  Query: 'other',
  QueryRegexp: 'other',
})

/** Those of TCP routers (pkg/muxer/tcp). */
export const tcpMatchers = matchers({
  HostSNI: 'host',
  HostSNIRegexp: 'host-pattern',
  ALPN: 'other',
  ClientIP: 'other',
})

function matchers(bySubject: Readonly<Record<string, Subject>>): Matchers {
  const subjects = Object.entries(bySubject).flatMap(([name, subject]) =>
    spellings(name).map((spelling) => [spelling, subject] as const),
  )
  return { names: Object.keys(bySubject), subjects: new Map(subjects) }
}

/** Those that Traefik takes, and no others (pkg/rules): `HostSNI`, `hostsni`, `HOSTSNI`, `Hostsni`. */
function spellings(name: string): string[] {
  const lower = name.toLowerCase()
  return [name, lower, name.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)]
}
