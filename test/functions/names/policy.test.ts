import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Claim } from '../../../functions/names/claim.ts'
import type { Host } from '../../../functions/names/host.ts'
import { judge, type Policy } from '../../../functions/names/policy.ts'

const k2s: Policy = { zones: ['cluster.local', 'example.org'], clusterDomain: 'cluster.local' }
const inner: Policy = { zones: ['apps.cluster.local'], clusterDomain: 'cluster.local' }
const nested: Policy = { zones: ['org', 'example.org'], clusterDomain: 'cluster.local' }

const claim = (host: string): Claim => ({
  host: host as Host, // as parseHost would have it
  targets: ['10.0.0.1'],
  ttlSeconds: 30,
})

const rows: readonly (readonly [host: string, policy: Policy, verdict: string])[] = [
  ['shop.cluster.local', k2s, 'allowed'],
  ['a.b.c.cluster.local', k2s, 'allowed'],
  ['shop.example.org', k2s, 'allowed'],
  ['shop.svcs.cluster.local', k2s, 'allowed'],
  ['svc.shop.cluster.local', k2s, 'allowed'],
  ['svc.example.org', k2s, 'allowed'],
  ['shop.apps.cluster.local', inner, 'allowed'],
  ['shop.example.com', k2s, 'outside-zones'],
  ['mycluster.local', k2s, 'outside-zones'],
  ['xcluster.local', k2s, 'outside-zones'],
  ['local', k2s, 'outside-zones'],
  ['cluster.local.evil.com', k2s, 'outside-zones'],
  ['shop.cluster.local', inner, 'outside-zones'],
  ['cluster.local', k2s, 'reserved'],
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
]

const test = suite('policy')
for (const [host, policy, verdict] of rows) {
  test(`${host} in ${policy.zones.join(' ')}: ${verdict}`, () => {
    const { allowed, refused } = judge([claim(host)], policy)
    assert.equal(
      [...allowed.map(() => 'allowed'), ...refused.map((each) => each.reason)],
      [verdict],
    )
  })
}

test('what is refused names its host, and the rest is allowed as it was', () => {
  const claims = ['a.cluster.local', 'b.example.com', 'c.cluster.local'].map(claim)
  const { allowed, refused } = judge(claims, k2s)
  assert.equal(allowed, [claims[0], claims[2]])
  assert.equal(refused, [
    {
      host: 'b.example.com',
      reason: 'outside-zones',
      message: 'it is in none of the zones cluster.local, example.org: see dns.zones',
    },
  ])
})

test('the setting of zones is left in its order', () => {
  const zones = ['org', 'a.example.org', 'example.org']
  judge([claim('x.a.example.org')], { zones, clusterDomain: 'cluster.local' })
  assert.equal(zones, ['org', 'a.example.org', 'example.org'])
})

test.run()
