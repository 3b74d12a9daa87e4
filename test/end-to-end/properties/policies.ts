import fc from 'fast-check'
import type { Policy } from '../../../functions/names/policy/policy.ts'
import type { Action, Rule } from '../../../functions/names/policy/rules.ts'
import { aPolicy, glob, targetPattern } from '../../support/a-policy.ts'
import { ancestors, zoneOf } from './zones.ts'

/** Which namespaces of the test a pattern is meant to match. */
const namespacePatterns: Readonly<Record<string, RegExp>> = {
  '*': /^/,
  red: /^red$/,
  'gr*': /^green$/,
  '*e': /^blue$/,
}

/** Which hosts. */
const hostPatterns: Readonly<Record<string, RegExp>> = {
  '**': /^/,
  '*.cluster.local': /^[^.]+\.cluster\.local$/,
  '**.cluster.local': /\.cluster\.local$/,
  'd*.cluster.local': /^d[^.]*\.cluster\.local$/,
  'a.cluster.local': /^a\.cluster\.local$/,
  '**.a.cluster.local': /\.a\.cluster\.local$/,
  '*.dev.cluster.local': /^[^.]+\.dev\.cluster\.local$/,
  '**.example.net': /\.example\.net$/,
  'x.*.net': /^x\.[^.]*\.net$/,
}

/** Which targets of the test. */
const targetPatterns: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.1': ['10.0.0.1'],
  '10.0.0.2/31': ['10.0.0.2'],
  '10.0.0.0/8': ['10.0.0.1', '10.0.0.2'],
  '2001:db8::/32': ['2001:db8::1'],
  '*.example.org': ['lb.example.org'],
  '**.local': ['b.a.cluster.local'],
}

/** Hosts that pods would take for names elsewhere: whose search domain it is, and how a rule names it. */
const shadows: Readonly<Record<string, { readonly domain: string; readonly end: string }>> = {
  'web.dev.cluster.local': { domain: 'cluster.local', end: '.dev.cluster.local' },
  'www.google.com.cluster.local': { domain: 'cluster.local', end: '.com.cluster.local' },
  'nas.home.example.net': { domain: 'example.net', end: '.home.example.net' },
}

const texts = (patterns: object) => fc.constantFrom(...Object.keys(patterns))
const someOf = (patterns: object, maxLength: number) =>
  fc.uniqueArray(texts(patterns), { minLength: 1, maxLength })

const action = fc.constantFrom<Action[]>('allow', 'deny')
const rule: fc.Arbitrary<Rule> = fc
  .record({ namespaces: someOf(namespacePatterns, 2), hosts: someOf(hostPatterns, 2), action })
  .map((given) => ({
    action: given.action,
    namespaces: given.namespaces.map(glob),
    hosts: given.hosts.map(glob),
  }))

const seldom = <T>(often: T, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(often) }, { weight: 1, arbitrary })
const targetList = seldom([], someOf(targetPatterns, 3)).map((all) => all.map(targetPattern))

/** A policy is a value: what a new field may be is added here, and below what it means. */
export const policy: fc.Arbitrary<Policy> = fc
  .record({
    zones: fc.constantFrom(
      ['cluster.local', 'example.net'],
      ['cluster.local', 'example.net'],
      ['cluster.local'],
      ['sub.cluster.local', 'cluster.local', 'example.net'],
      ['b.a.cluster.local', 'cluster.local'],
      ['dev.cluster.local', 'cluster.local', 'example.net'],
      ['example.net'],
    ),
    clusterDomain: fc.constantFrom('cluster.local', 'cluster.local', 'k8s.example.net'),
    moreSearched: seldom<readonly string[]>([], fc.constant(['example.net'])),
    rules: fc.oneof(fc.constant([]), fc.array(rule, { minLength: 1, maxLength: 3 })),
    otherwise: seldom<Action>('allow', fc.constant('deny')),
    searchPath: seldom<Action>('deny', fc.constant('allow')),
    targets: fc.record({ allow: targetList, deny: targetList }),
    minTtlSeconds: fc.constantFrom(1, 1, 45, 90),
  })
  .map(({ moreSearched, ...given }) =>
    aPolicy({ ...given, searchDomains: [given.clusterDomain, ...moreSearched] }),
  )

/** Whether objects of a namespace may have a host, in other words than those of functions/names/policy/policy.ts. */
export function isAllowed(host: string, namespace: string, policy: Policy): boolean {
  if (isNobodys(host, policy)) return false
  const speaking = policy.rules.filter(
    ({ namespaces, hosts }) =>
      namespaces.some(({ text }) => namespacePatterns[text]?.test(namespace)) &&
      hosts.some(({ text }) => hostPatterns[text]?.test(host)),
  )
  if ((speaking[0]?.action ?? policy.otherwise) === 'deny') return false
  const shadow = shadows[host]
  const isMeant =
    shadow === undefined ||
    policy.searchPath === 'allow' ||
    !policy.searchDomains.includes(shadow.domain) ||
    zoneOf(host, policy.zones)?.endsWith(`.${shadow.domain}`)
  return isMeant || (speaking[0]?.hosts.some(({ text }) => text.endsWith(shadow.end)) ?? false)
}

export function isAllowedTarget(target: string, { targets: { allow, deny } }: Policy): boolean {
  const isAmong = (patterns: Policy['targets']['deny']) =>
    patterns.some(({ text }) => targetPatterns[text]?.includes(target))
  return !isAmong(deny) && (allow.length === 0 || isAmong(allow))
}

function isNobodys(host: string, { zones, clusterDomain }: Policy): boolean {
  const zone = zoneOf(host, zones)
  if (zone === undefined || zones.includes(host) || host === clusterDomain) return true
  const ofCluster = ['svc', 'pod', 'dns', 'dns-version'].map((label) => `${label}.${clusterDomain}`)
  const ofZones = zones.map((each) => `dns.${each}`)
  return (
    [...ofCluster, ...ofZones].some((apex) => `.${host}`.endsWith(`.${apex}`)) ||
    ancestors(host, zones).length > 8
  )
}
