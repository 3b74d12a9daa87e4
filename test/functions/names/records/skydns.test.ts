import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { unreadable } from '../../../../functions/names/records/skydns.ts'

const test = suite('what CoreDNS can read')

for (const value of [
  '{"host":"10.0.0.1","ttl":30}',
  '{"host":"10.0.0.1","owner":"external-dns","targetstrip":1}',
  '{"HOST":"10.0.0.1","Ttl":4294967295}',
  '{"host":null,"ttl":null}',
  '{"text":"hello","extra":{"ttl":"x"}}',
  '{"port":-1,"mail":true}',
  '{}',
  'null',
]) {
  test(value, () => assert.is(unreadable(value), undefined))
}

for (const [value, why] of [
  ['', 'not JSON'],
  ['hello', 'not JSON'],
  ['{"host":"10.0.0.1"', 'not JSON'],
  ['\u0000\ufffd', 'not JSON'],
  ['[]', 'no JSON object'],
  ['"10.0.0.1"', 'no JSON object'],
  ['42', 'no JSON object'],
  ['{"host":1}', '"host" has another type'],
  ['{"TTL":"60"}', '"TTL" has another type'],
  ['{"ttl":-1}', '"ttl" has another type'],
  ['{"ttl":4294967296}', '"ttl" has another type'],
  ['{"ttl":60.0}', '"ttl" has another type'],
  ['{"ttl":6e1}', '"ttl" has another type'],
  ['{"port":true}', '"port" has another type'],
  ['{"mail":"yes"}', '"mail" has another type'],
  ['{"group":["a"]}', '"group" has another type'],
] as const) {
  test(`not ${JSON.stringify(value)}`, () => assert.match(unreadable(value) ?? '', why))
}

test.run()
