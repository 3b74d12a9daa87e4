import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { addressOf, longestZone } from '../../../functions/corefile/address.ts'

const dns = 'dns'
const rows: readonly (readonly [key: string, transport: string, zones: string[], port?: string])[] =
  [
    ['.', dns, ['']],
    ['.:53', dns, [''], '53'],
    [':1053', dns, [''], '1053'],
    ['Example.ORG.', dns, ['example.org']],
    ['tls://example.org:853', 'tls', ['example.org'], '853'],
    ['https://.', 'https', ['']],
    ['10.0.0.0/8', dns, ['10.in-addr.arpa']],
    ['10.0.0.0/24:5353', dns, ['0.0.10.in-addr.arpa'], '5353'],
    ['172.16.0.0/15', dns, ['16.172.in-addr.arpa', '17.172.in-addr.arpa']],
    ['2001:db8::/32', dns, ['8.b.d.0.1.0.0.2.ip6.arpa']],
    ['2001:db8::/31', dns, ['8.b.d.0.1.0.0.2.ip6.arpa', '9.b.d.0.1.0.0.2.ip6.arpa']],
    ['10.0.0.0/33', dns, ['10.0.0.0/33']],
  ]

const test = suite('a key')
for (const [key, transport, zones, port] of rows) {
  test(key, () => assert.equal(addressOf(key), { transport, zones, port }))
}

test('the longest zone is asked', () => {
  assert.is(longestZone('a.b.c', ['', 'c', 'b.c', 'x.b.c']), 'b.c')
  assert.is(longestZone('ab.c', ['b.c']), undefined)
})

test.run()
