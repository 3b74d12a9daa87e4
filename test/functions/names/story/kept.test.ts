import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../../functions/names/host.ts'
import { keysOf } from '../../../../functions/names/records/keys.ts'
import {
  type DnsRecord,
  placeholderOf,
  recordsOf,
} from '../../../../functions/names/records/record.ts'
import { keptKey } from '../../../../functions/names/story/kept.ts'

const instance = 'k2s'
const options = { instance, keys: keysOf({ instance }), zones: ['local'] }
const ours = (target: string): DnsRecord => {
  const [record] = recordsOf('a.local' as Host, { targets: [target], ttl: 30 }, options)
  if (!record) throw new Error('no record')
  return record
}
const foreign = (value: string, key = '/skydns/local/a/0000abcd'): DnsRecord => ({ key, value })

const rows: readonly (readonly [fact: string, record: DnsRecord, kept: string])[] = [
  ['an address of ours', ours('10.0.0.1'), 'a.local record A 10.0.0.1 30'],
  ['an IPv6 address', ours('fd00::1'), 'a.local record AAAA fd00::1 30'],
  ['a CNAME', ours('lb.example'), 'a.local record CNAME lb.example 30'],
  ['a text of ours', ours('TXT "hi"'), 'a.local record TXT TXT "hi" 30'],
  [
    'a mail host that is the name itself',
    ours('MX 5 a.local'),
    'a.local record MX MX 5 a.local 30',
  ],
  ['a service', ours('SRV 0 1 2 n.local'), 'a.local record SRV SRV 0 1 2 n.local 30'],
  ['a placeholder', placeholderOf('a.local', options), 'a.local placeholder CNAME a.local 30'],
  [
    'another instance’s',
    { key: ours('10.0.0.1').key, value: ours('10.0.0.1').value.replace(instance, 'other') },
    'a.local foreign A 10.0.0.1 30',
  ],
  [
    'ExternalDNS’s',
    foreign('{"host":"10.9.9.9","ttl":60,"targetstrip":1}'),
    'a.local foreign A 10.9.9.9 60',
  ],
  [
    'one without targetstrip is at its whole key',
    foreign('{"host":"10.9.9.9"}'),
    '0000abcd.a.local foreign A 10.9.9.9 undefined',
  ],
  ['a text', foreign('{"text":"hi","targetstrip":1}'), 'a.local foreign TXT TXT "hi" undefined'],
  [
    'a name with a text is the text',
    foreign('{"host":"b.local","text":"hi","targetstrip":1}'),
    'a.local foreign TXT TXT "hi" undefined',
  ],
  ['no JSON', foreign('\u0000'), '0000abcd.a.local foreign unreadable  undefined'],
  ['a list', foreign('[1]'), '0000abcd.a.local foreign unreadable  undefined'],
  [
    'a wrong type',
    foreign('{"host":5,"ttl":"x"}'),
    '0000abcd.a.local foreign unreadable  undefined',
  ],
  [
    'a probe of ours is nobody’s name',
    foreign('{"host":"192.0.2.53","ttl":1}', '/skydns/local/k2s-dns-probe-1/probe'),
    'k2s-dns-probe-1.local probe A 192.0.2.53 1',
  ],
]

const test = suite('what a key is')
for (const [fact, record, said] of rows) {
  test(fact, () => {
    const { name, what, type, target, ttl, ...same } = keptKey(record, options)
    assert.is([name, what, type, target, ttl].join(' ').replace(/ $/, ' undefined'), said)
    assert.equal(same, record)
  })
}

test.run()
