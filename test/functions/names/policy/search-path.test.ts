import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type SearchPath, shadowedBy } from '../../../../functions/names/policy/search-path.ts'

const usual = { zones: ['cluster.local'], searchDomains: ['cluster.local'] }
const several = { zones: ['cluster.local', 'apps.example'], searchDomains: ['cluster.local'] }
const ownZone = { zones: ['cluster.local', 'dev.cluster.local'], searchDomains: ['cluster.local'] }
const two = { zones: ['cluster.local', 'lan'], searchDomains: ['cluster.local', 'lan'] }
const around = { zones: ['local'], searchDomains: ['cluster.local'] }
const below = { zones: ['apps.cluster.local'], searchDomains: ['cluster.local'] }

/** [host, search path, the name that it would take the place of; '' for none] */
const rows: readonly (readonly [host: string, path: SearchPath, shadowed: string])[] = [
  ['google.com.cluster.local', usual, 'google.com'],
  ['www.google.com.cluster.local', usual, 'www.google.com'],
  ['co.uk.cluster.local', usual, 'co.uk'],
  ['bbc.co.uk.cluster.local', usual, 'bbc.co.uk'],
  ['github.io.cluster.local', usual, 'github.io'],
  ['k2s.github.io.cluster.local', usual, 'k2s.github.io'],
  ['s3.amazonaws.com.cluster.local', usual, 's3.amazonaws.com'],
  ['registry.k8s.io.cluster.local', usual, 'registry.k8s.io'],
  ['www.ck.cluster.local', usual, 'www.ck'],
  ['xn--bcher-kva.xn--p1ai.cluster.local', usual, 'xn--bcher-kva.xn--p1ai'],
  ['shop.app.cluster.local', usual, 'shop.app'],
  ['web.dev.cluster.local', usual, 'web.dev'],
  ['shop.team.cluster.local', usual, 'shop.team'],
  ['com.shop.cluster.local', usual, 'com.shop'],
  ['metadata.google.internal.cluster.local', usual, 'metadata.google.internal'],
  ['k2s.registry.local.cluster.local', usual, 'k2s.registry.local'],
  ['shop.cluster.local.cluster.local', usual, 'shop.cluster.local'],
  ['nas.lan.cluster.local', usual, 'nas.lan'],
  ['x.localhost.cluster.local', usual, 'x.localhost'],
  ['_sip._tcp.google.com.cluster.local', usual, '_sip._tcp.google.com'],
  ['s1._domainkey.google.com.cluster.local', usual, 's1._domainkey.google.com'],
  ['www._a.shop.app.cluster.local', usual, 'www._a.shop.app'],
  ['_http._tcp.shop.cluster.local', usual, ''],
  ['s1._domainkey.shop.cluster.local', usual, ''],
  ['shop.cluster.local', usual, ''],
  ['com.cluster.local', usual, ''],
  ['app.cluster.local', usual, ''],
  ['dev.cluster.local', usual, ''],
  ['internal.cluster.local', usual, ''],
  ['k2s.cluster.local', usual, ''],
  ['your-app.k2s.cluster.local', usual, ''],
  ['my-app.cluster.local', usual, ''],
  ['shop.team-a.cluster.local', usual, ''],
  ['google.com.k2s.cluster.local', usual, ''],
  ['com.stall.cluster.local', usual, ''],
  ['1.2.3.4.cluster.local', usual, ''],
  ['google.com.mycluster.local', usual, ''],
  ['google.com', usual, ''],
  ['shop.apps.example.cluster.local', several, 'shop.apps.example'],
  ['apps.example.cluster.local', several, 'apps.example'],
  ['example.cluster.local', several, ''],
  ['shop.other.example.cluster.local', several, ''],
  ['google.com.apps.example', several, ''],
  ['web.dev.cluster.local', ownZone, ''],
  ['google.com.dev.cluster.local', ownZone, ''],
  ['google.com.cluster.local', ownZone, 'google.com'],
  ['google.com.lan', two, 'google.com'],
  ['nas.lan', two, ''],
  ['google.com.cluster.local', around, 'google.com'],
  ['google.com.local', around, ''],
  ['google.com.apps.cluster.local', below, ''],
]

const test = suite('a name on the search path of pods')
for (const [host, path, name] of rows) {
  test(`${host} in ${path.zones.join(' ')} stands for ${name || 'no other'}`, () =>
    assert.is(shadowedBy(host, path)?.name ?? '', name))
}

test.run()
