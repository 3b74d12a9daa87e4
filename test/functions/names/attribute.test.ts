import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { spokenOf } from '../../../functions/names/attribute.ts'

const test = suite('what a name speaks of')
for (const [host, name] of [
  ['_dmarc.shop.example', 'shop.example'],
  ['_http._tcp.shop.example', 'shop.example'],
  ['s1._domainkey.shop.example', 'shop.example'],
  ['a._b.c._d.shop.example', 'shop.example'],
  ['shop.example', undefined],
] as const) {
  test(`${host}: ${name ?? 'none'}`, () => assert.is(spokenOf(host), name))
}
test.run()
