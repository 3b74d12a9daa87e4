import type { Settings } from '../../../runtime/function.ts'

/** What an object says: host texts of its rules, and one of {@link statements} for its status. */
export interface Stated {
  readonly hosts: readonly string[]
  readonly targets: keyof typeof statements
}

/** What one claim is to be. */
export interface Wish {
  readonly targets: readonly string[]
  readonly ttl: number
}

/** What a status may say, and what it comes to; `undefined` targets: it is refused. */
export const statements = {
  one: { says: [{ ip: '10.0.0.1' }], means: ['10.0.0.1'] },
  two: { says: [{ ip: '10.0.0.2' }], means: ['10.0.0.2'] },
  both: { says: [{ ip: '10.0.0.2' }, { ip: '10.0.0.1' }], means: ['10.0.0.1', '10.0.0.2'] },
  six: {
    says: [{ ip: '2001:DB8::1' }, { ip: '10.0.0.1' }],
    means: ['10.0.0.1', '2001:db8::1'],
  },
  mapped: { says: [{ ip: '::ffff:10.0.0.1' }], means: ['10.0.0.1'] },
  name: { says: [{ hostname: 'LB.example.org.' }], means: ['lb.example.org'] },
  mixed: { says: [{ hostname: 'lb.example.org' }, { ip: '10.0.0.2' }], means: ['10.0.0.2'] },
  names: { says: [{ hostname: 'a.example.org' }, { hostname: 'b.example.org' }], means: undefined },
  bad: { says: [{ ip: '10.0.0.1' }, { hostname: 'not a name' }], means: undefined },
  none: { says: [], means: [] },
} as const

export const statusOf = ({ targets }: Stated) => ({
  loadBalancer: { ingress: statements[targets].says },
})

/** Names that are wanted often, so that there is something to quarrel about; three lie below each other. */
export const wanted = [
  'a.cluster.local',
  'b.a.cluster.local',
  'c.b.a.cluster.local',
  'd.cluster.local',
  'sub.cluster.local',
  's.sub.cluster.local',
  'x.example.net',
  'z.y.x.example.net',
] as const

/** Texts beside those, with the names that they are; undefined: no name at all. */
export const oddTexts: Readonly<Record<string, string | undefined>> = {
  'A.Cluster.Local.': 'a.cluster.local',
  'X.EXAMPLE.NET': 'x.example.net',
  '1.2.3.4.5.6.7.8.d.cluster.local': '1.2.3.4.5.6.7.8.d.cluster.local',
  '1.2.3.4.5.6.7.8.9.d.cluster.local': '1.2.3.4.5.6.7.8.9.d.cluster.local',
  'cluster.local': 'cluster.local',
  'example.net': 'example.net',
  'web.svc.cluster.local': 'web.svc.cluster.local',
  'pod.cluster.local': 'pod.cluster.local',
  'ns1.dns.cluster.local': 'ns1.dns.cluster.local',
  'dns.example.net': 'dns.example.net',
  'dns.sub.cluster.local': 'dns.sub.cluster.local',
  'www.example.org': 'www.example.org',
  'acluster.local': 'acluster.local',
  '*.cluster.local': undefined,
  'a_b.cluster.local': undefined,
  'any.cluster.local': undefined,
  'a..cluster.local': undefined,
  '../a.cluster.local': undefined,
  '10.0.0.1': undefined,
}

const nameOf = (text: string): string | undefined => (text in oddTexts ? oddTexts[text] : text)

/** The claims that an object is to have under these settings, by host. */
export function wishesOf(stated: Stated | undefined, settings: Settings): Map<string, Wish> {
  const wishes = new Map<string, Wish>()
  if (!stated) return wishes
  const { means } = statements[stated.targets]
  const targets = means?.length === 0 ? settings.defaultTargets : (means ?? [])
  if (targets.length === 0) return wishes
  for (const text of stated.hosts) {
    const host = nameOf(text)
    if (host !== undefined && isAllowed(host, settings))
      wishes.set(host, { targets, ttl: settings.ttlSeconds })
  }
  return wishes
}

/** The policy in other words than those of functions/names/policy.ts. */
export function isAllowed(host: string, { policy }: Settings): boolean {
  const { zones, clusterDomain } = policy
  const zone = zoneOf(host, zones)
  if (zone === undefined || zones.includes(host) || host === clusterDomain) return false
  const ofOthers = ['svc', 'pod', 'dns', 'dns-version'].map((label) => `${label}.${clusterDomain}`)
  const apexes = [...ofOthers, `dns.${zone}`]
  if (apexes.some((apex) => `.${host}`.endsWith(`.${apex}`))) return false
  return ancestors(host, zones).length <= 8
}

const zoneOf = (host: string, zones: readonly string[]): string | undefined =>
  zones.filter((zone) => host === zone || host.endsWith(`.${zone}`)).sort(byLength)[0]

const byLength = (a: string, b: string) => b.length - a.length

/** The names between a host and its zone, neither of them among those. */
export function ancestors(host: string, zones: readonly string[]): readonly string[] {
  const zone = zoneOf(host, zones)
  if (zone === undefined || zone === host) return []
  const parent = host.slice(host.indexOf('.') + 1)
  return parent === zone ? [] : [parent, ...ancestors(parent, zones)]
}
