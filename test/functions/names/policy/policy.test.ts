import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Claim } from '../../../../functions/names/claim.ts'
import type { Host } from '../../../../functions/names/host.ts'
import { judge, type Policy } from '../../../../functions/names/policy/policy.ts'
import { allow, aPolicy, deny, targetPattern } from '../../../support/a-policy.ts'
import { randomOf } from '../../../support/random.ts'

const claim = (host: string, ...targets: string[]): Claim => ({
  host: host as Host, // as parseHost would have it
  targets: targets.length > 0 ? targets : ['10.0.0.1'],
  ttlSeconds: 30,
})

const verdictOn = (host: string, policy: Policy, namespace = 'shop') => {
  const { allowed, refused } = judge(namespace, [claim(host)], policy)
  return [...allowed.map(() => 'allowed'), ...refused.map(({ reason }) => reason)].join(', ')
}

const k2s = aPolicy({ zones: ['cluster.local', 'example.org'] })
const inner = aPolicy({ zones: ['apps.cluster.local'] })
const nested = aPolicy({ zones: ['org', 'example.org'] })
const outer = aPolicy({ zones: ['local'] })
const reverse = aPolicy({
  zones: ['cluster.local', '10.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa', 'home.arpa'],
})

const always: readonly (readonly [host: string, policy: Policy, verdict: string])[] = [
  ['shop.cluster.local', k2s, 'allowed'],
  ['a.b.c.cluster.local', k2s, 'allowed'],
  ['shop.example.org', k2s, 'allowed'],
  ['shop.svcs.cluster.local', k2s, 'allowed'],
  ['svc.stall.cluster.local', k2s, 'allowed'],
  ['svc.example.org', k2s, 'allowed'],
  ['shop.apps.cluster.local', inner, 'allowed'],
  ['shop.example.com', k2s, 'outside-zones'],
  ['mycluster.local', k2s, 'outside-zones'],
  ['xcluster.local', k2s, 'outside-zones'],
  ['local', k2s, 'outside-zones'],
  ['cluster.local.evil.com', k2s, 'outside-zones'],
  ['shop.cluster.local', inner, 'outside-zones'],
  ['cluster.local', inner, 'outside-zones'],
  ['cluster.local', k2s, 'reserved'],
  ['cluster.local', outer, 'reserved'],
  ['web.svc.cluster.local', outer, 'reserved'],
  ['_acme-challenge.cluster.local', k2s, 'reserved'],
  ['_acme-challenge.cluster.local', outer, 'reserved'],
  ['s1._domainkey.example.org', nested, 'reserved'],
  ['_acme-challenge.shop.cluster.local', k2s, 'allowed'],
  ['_a.svc.cluster.local', k2s, 'reserved'],
  ['example.org', k2s, 'reserved'],
  ['example.org', nested, 'reserved'],
  ['svc.cluster.local', k2s, 'reserved'],
  ['web.shop.svc.cluster.local', k2s, 'reserved'],
  ['pod.cluster.local', k2s, 'reserved'],
  ['10-0-0-1.shop.pod.cluster.local', k2s, 'reserved'],
  ['dns-version.cluster.local', k2s, 'reserved'],
  ['dns.cluster.local', k2s, 'reserved'],
  ['ns.dns.cluster.local', k2s, 'reserved'],
  ['dns.example.org', k2s, 'reserved'],
  ['apex.dns.example.org', k2s, 'reserved'],
  ['ns.dns.example.org', nested, 'reserved'],
  ['dns.org', nested, 'reserved'],
  ['a.dns.org', aPolicy({ zones: ['org', 'dns.org'] }), 'reserved'],
  ['1.0.0.10.in-addr.arpa', reverse, 'reserved'],
  ['shop.10.in-addr.arpa', reverse, 'reserved'],
  ['1.8.b.d.0.1.0.0.2.ip6.arpa', reverse, 'reserved'],
  ['10.in-addr.arpa', reverse, 'reserved'],
  ['1.0.0.11.in-addr.arpa', reverse, 'outside-zones'],
  ['printer.home.arpa', reverse, 'allowed'],
  ['a.b.c.d.e.f.g.h.i.cluster.local', k2s, 'allowed'],
  ['a.b.c.d.e.f.g.h.i.j.cluster.local', k2s, 'too-deep'],
]

const refusing = suite('whatever the rules say')
for (const [host, policy, verdict] of always) {
  refusing(`${host} in ${policy.zones.join(' ')}: ${verdict}`, () => {
    assert.is(verdictOn(host, policy), verdict)
    if (verdict === 'allowed') return
    const open = { ...policy, rules: [allow(host), allow()], searchPath: 'allow' } as const
    assert.is(verdictOn(host, open), verdict)
  })
}

const teams = [
  deny('admin.cluster.local'),
  allow('**.team-a.cluster.local *.shared.cluster.local', 'team-a'),
  allow('*.cluster.local', 'infra-* kube-system'),
  deny('**', 'guest'),
]
const closed = aPolicy({ rules: teams, otherwise: 'deny' })
const open = aPolicy({ rules: teams })
const byRules: readonly (readonly [
  host: string,
  namespace: string,
  closed: string,
  open: string,
])[] = [
  ['admin.cluster.local', 'kube-system', 'denied', 'denied'],
  ['x.admin.cluster.local', 'shop', 'denied', 'allowed'],
  ['web.team-a.cluster.local', 'team-a', 'allowed', 'allowed'],
  ['a.b.team-a.cluster.local', 'team-a', 'allowed', 'allowed'],
  ['team-a.cluster.local', 'team-a', 'denied', 'allowed'],
  ['web.team-a.cluster.local', 'team-b', 'denied', 'allowed'],
  ['web.team-a.cluster.local', 'team-a2', 'denied', 'allowed'],
  ['web.shared.cluster.local', 'team-a', 'allowed', 'allowed'],
  ['a.web.shared.cluster.local', 'team-a', 'denied', 'allowed'],
  ['web.cluster.local', 'infra-dns', 'allowed', 'allowed'],
  ['web.cluster.local', 'infra', 'denied', 'allowed'],
  ['web.x.cluster.local', 'infra-dns', 'denied', 'allowed'],
  ['web.cluster.local', 'guest', 'denied', 'denied'],
  ['web.cluster.local', 'shop', 'denied', 'allowed'],
]

const ruling = suite('rules')
for (const [host, namespace, whenClosed, whenOpen] of byRules) {
  ruling(`${host} for ${namespace}: ${whenClosed}, ${whenOpen} where the rest is allowed`, () => {
    assert.equal(
      [verdictOn(host, closed, namespace), verdictOn(host, open, namespace)],
      [whenClosed, whenOpen],
    )
  })
}

ruling('the first that speaks of a claim decides, whatever comes after', () => {
  const random = randomOf(1)
  const all = [...teams, allow(), deny('*.cluster.local'), deny('**', 't*'), allow('web.**')]
  const hosts = byRules.map(([host]) => host)
  for (let round = 0; round < 500; round++) {
    const rules = random.shuffled(all).slice(0, 1 + random.below(all.length))
    const [host, namespace] = [random.oneOf(hosts), random.oneOf(['team-a', 'guest', 'infra-x'])]
    const alone = rules.map((rule) =>
      ['allow', 'deny'].map((otherwise) =>
        verdictOn(host, aPolicy({ rules: [rule], otherwise: otherwise as 'allow' }), namespace),
      ),
    )
    const [decided = ['allowed']] = alone.filter(([a, b]) => a === b)
    assert.is(verdictOn(host, aPolicy({ rules }), namespace), decided[0])
  }
})

const messages: readonly (readonly [host: string, policy: Policy, message: string])[] = [
  ['admin.cluster.local', closed, 'rule 1: deny to namespaces *, hosts admin.cluster.local'],
  ['x.y.cluster.local', closed, 'no rule allows it, and policy.otherwise is deny'],
  [
    'google.com.cluster.local',
    k2s,
    'pods that ask for google.com would get it, as cluster.local is on their search path: ' +
      'allow it by a rule whose host ends in .com.cluster.local, or see policy.searchPath',
  ],
  ['b.example.com', k2s, 'it is in none of the zones cluster.local, example.org: see dns.zones'],
]
for (const [host, policy, message] of messages) {
  ruling(`a refusal says why: ${message}`, () => {
    const [refusal] = judge('shop', [claim(host)], policy).refused
    assert.equal([refusal?.host, refusal?.message], [host, message])
  })
}

const google = 'google.com.cluster.local'
const overridden: readonly (readonly [what: string, policy: Partial<Policy>, verdict: string])[] = [
  ['nothing', {}, 'search-path'],
  ['policy.searchPath', { searchPath: 'allow' }, 'allowed'],
  ['a rule for the host', { rules: [allow(google)] }, 'allowed'],
  ['a rule for the domain', { rules: [allow('**.com.cluster.local')] }, 'allowed'],
  ['a rule for a sub-domain', { rules: [allow('*.google.com.cluster.local')] }, 'search-path'],
  ['a rule for all', { rules: [allow()] }, 'search-path'],
  ['a rule for all of the zone', { rules: [allow('**.cluster.local')] }, 'search-path'],
  ['a rule for all of the depth', { rules: [allow('*.*.cluster.local')] }, 'search-path'],
  ['one of several hosts', { rules: [allow(`a.local ${google}`)] }, 'allowed'],
  ['a rule that names another one', { rules: [allow('** bing.com.cluster.local')] }, 'search-path'],
  ['a rule that comes too late', { rules: [allow(), allow(google)] }, 'search-path'],
  ['a rule of another namespace', { rules: [allow(google, 'team-a')] }, 'search-path'],
  ['a rule that denies', { rules: [deny(google)], searchPath: 'allow' }, 'denied'],
  ['other search domains', { searchDomains: ['example.org'] }, 'allowed'],
]
for (const [what, policy, verdict] of overridden) {
  ruling(`a public name on the search path, with ${what}: ${verdict}`, () =>
    assert.is(verdictOn(google, aPolicy(policy)), verdict),
  )
}

const targeting = suite('targets')
const networks = aPolicy({
  targets: {
    deny: ['169.254.0.0/16', '10.0.0.7', '*.internal'].map(targetPattern),
    allow: ['10.0.0.0/8', '169.254.0.0/16', 'fd00::/8', '**.example.org'].map(targetPattern),
  },
})
const onlyNetworks = aPolicy({ targets: { deny: [], allow: [targetPattern('10.0.0.0/8')] } })
const byTarget: readonly (readonly [
  targets: string[],
  policy: Policy,
  left: string[],
  said: string,
])[] = [
  [['10.0.0.1'], networks, ['10.0.0.1'], ''],
  [['fd00::1'], networks, ['fd00::1'], ''],
  [['lb.example.org'], networks, ['lb.example.org'], ''],
  [['10.0.0.7'], networks, [], 'target 10.0.0.7: policy.targets.deny has 10.0.0.7'],
  [
    ['10.0.0.1', '169.254.169.254', '192.168.0.1'],
    networks,
    ['10.0.0.1'],
    'target 169.254.169.254: policy.targets.deny has 169.254.0.0/16; target 192.168.0.1: ' +
      'policy.targets.allow has only 10.0.0.0/8, 169.254.0.0/16, fd00::/8, **.example.org',
  ],
  [['db.internal'], networks, [], 'target db.internal: policy.targets.deny has *.internal'],
  [
    ['lb.example.org'],
    onlyNetworks,
    [],
    'target lb.example.org: policy.targets.allow has only 10.0.0.0/8',
  ],
]
for (const [targets, policy, left, said] of byTarget) {
  targeting(`of ${targets.join(', ')} are left: ${left.join(', ') || 'none'}`, () => {
    const { allowed, refused } = judge('shop', [claim('a.cluster.local', ...targets)], policy)
    assert.equal(
      allowed.map((each) => each.targets),
      left.length > 0 ? [left] : [],
    )
    assert.equal(
      refused,
      said ? [{ host: 'a.cluster.local', reason: 'target-denied', message: said }] : [],
    )
  })
}

const judging = suite('a judgement')

judging('keeps the order, and what is allowed as it was', () => {
  const claims = ['a.cluster.local', 'b.example.com', 'c.cluster.local'].map((host) => claim(host))
  const { allowed, refused } = judge('shop', claims, k2s)
  assert.equal(allowed, [claims[0], claims[2]])
  assert.equal(
    refused.map(({ host }) => host),
    ['b.example.com'],
  )
})

judging('raises a TTL that is too short, and no other', () => {
  const ttlOf = (minTtlSeconds: number) =>
    judge('shop', [claim('a.cluster.local')], aPolicy({ minTtlSeconds })).allowed[0]?.ttlSeconds
  assert.equal([ttlOf(1), ttlOf(30), ttlOf(60)], [30, 30, 60])
})

judging('leaves the setting of zones in its order', () => {
  const zones = ['org', 'a.example.org', 'example.org']
  judge('shop', [claim('x.a.example.org')], aPolicy({ zones }))
  assert.equal(zones, ['org', 'a.example.org', 'example.org'])
})

refusing.run()
ruling.run()
targeting.run()
judging.run()
