import type { Settings } from '../../../runtime/function.ts'
import { isAllowed, isAllowedTarget } from './policies.ts'

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
  below: { says: [{ hostname: 'b.a.cluster.local' }], means: ['b.a.cluster.local'] },
  none: { says: [], means: [] },
} as const

export const statusOf = ({ targets }: Stated) => ({
  loadBalancer: { ingress: statements[targets].says },
})

/** Names that are wanted often, so that there is something to quarrel about; some lie below each other. */
export const wanted = [
  'a.cluster.local',
  'b.a.cluster.local',
  'c.b.a.cluster.local',
  'd.cluster.local',
  'sub.cluster.local',
  's.sub.cluster.local',
  'web.dev.cluster.local',
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
  'apex.dns.cluster.local': 'apex.dns.cluster.local',
  'www.google.com.cluster.local': 'www.google.com.cluster.local',
  'nas.home.example.net': 'nas.home.example.net',
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

/** The claims that an object of a namespace is to have under these settings, by host. */
export function wishesOf(
  stated: Stated | undefined,
  namespace: string,
  { policy, targets: { default: defaultTargets }, ttlSeconds }: Settings,
): Map<string, Wish> {
  const wishes = new Map<string, Wish>()
  if (!stated) return wishes
  const { means } = statements[stated.targets]
  const said: readonly string[] = means?.length === 0 ? defaultTargets : (means ?? [])
  const targets = said.filter((target) => isAllowedTarget(target, policy))
  if (targets.length === 0) return wishes
  for (const text of stated.hosts) {
    const host = nameOf(text)
    if (host === undefined || !isAllowed(host, namespace, policy)) continue
    if (said.some((target) => `.${target}`.endsWith(`.${host}`))) continue
    wishes.set(host, { targets, ttl: Math.max(ttlSeconds, policy.minTtlSeconds) })
  }
  return wishes
}
