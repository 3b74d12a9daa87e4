import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { arpaFault, isReverse, zoneOf } from '../../../functions/names/zone.ts'

const test = suite('zones')

const holders: readonly (readonly [name: string, zones: string[], zone: string | undefined])[] = [
  ['a.b.org', ['org', 'b.org'], 'b.org'],
  ['b.org', ['org', 'b.org'], 'b.org'],
  ['a.c.org', ['org', 'b.org'], 'org'],
  ['ab.org', ['b.org'], undefined],
  ['org', ['b.org'], undefined],
]
for (const [name, zones, zone] of holders) {
  test(`of ${zones.join(' and ')} ${zone ?? 'none'} holds ${name}`, () =>
    assert.is(zoneOf(name, zones), zone))
}

const long = (label: string, count: number) => Array.from({ length: count }, () => label).join('.')
const arpa: readonly (readonly [zone: string, fault: string, reverse: boolean])[] = [
  ['cluster.local', '', false],
  ['arpa.local', '', false],
  ['in-addr.arpa', '', true],
  ['10.in-addr.arpa', '', true],
  ['0.0.19.172.in-addr.arpa', '', true],
  ['255.255.255.255.in-addr.arpa', '', true],
  ['ip6.arpa', '', true],
  ['8.b.d.0.1.0.0.2.ip6.arpa', '', true],
  [`${long('0', 32)}.ip6.arpa`, '', true],
  ['home.arpa', '', false],
  ['lab.home.arpa', '', false],
  ['arpa', 'only in-addr.arpa', false],
  ['e164.arpa', 'only in-addr.arpa', false],
  ['ip4.arpa', 'only in-addr.arpa', false],
  ['256.in-addr.arpa', '"256" is not an octet', true],
  ['010.in-addr.arpa', '"010" is not an octet', true],
  ['0-25.2.0.192.in-addr.arpa', '"0-25" is not an octet', true],
  ['1.2.3.4.5.in-addr.arpa', '4 labels at most', true],
  ['db8.1.0.0.2.ip6.arpa', '"db8" is not a hexadecimal digit', true],
  ['g.ip6.arpa', '"g" is not a hexadecimal digit', true],
  [`${long('0', 33)}.ip6.arpa`, '32 labels at most', true],
]
for (const [zone, fault, reverse] of arpa) {
  test(`${zone} is ${fault || 'right'}, ${reverse ? 'reverse' : 'not reverse'}`, () => {
    assert.is(arpaFault(zone)?.wrong.includes(fault) ?? fault === '', true)
    assert.is(isReverse(zone), reverse)
  })
}

test.run()
