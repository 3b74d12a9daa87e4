import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { messageOf, targetOfMessage } from '../../../../functions/names/records/message.ts'
import {
  readTarget,
  type TypedTarget,
  writeTarget,
} from '../../../../functions/names/targets/target.ts'
import { seed } from '../../../runner/full.ts'

const written: readonly (readonly [target: string, message: string])[] = [
  ['10.0.0.1', '{"host":"10.0.0.1","targetstrip":1}'],
  ['fd00::1', '{"host":"fd00::1","targetstrip":1}'],
  ['lb.example', '{"host":"lb.example"}'],
  ['TXT "say \\"hi\\""', '{"text":"say \\"hi\\"","targetstrip":1}'],
  ['TXT "a\\\\b"', '{"text":"a\\\\\\\\b","targetstrip":1}'],
  ['MX 10 mail.example', '{"host":"mail.example","port":-1,"priority":10,"mail":true}'],
  ['MX 0 mail.example', '{"host":"mail.example","port":-1,"priority":65536,"mail":true}'],
  ['SRV 5 50 80 n.example', '{"host":"n.example","port":80,"priority":5,"weight":5000}'],
  ['SRV 0 0 0 n.example', '{"host":"n.example","port":0,"priority":65536,"weight":1}'],
]

/** As others may have written it. */
const read: readonly (readonly [what: string, message: object, target: string | undefined])[] = [
  ['nothing', {}, undefined],
  ['no host', { host: '' }, undefined],
  ['a host that is none', { host: 5 }, undefined],
  ['an address beside a text', { host: '10.0.0.1', text: 'hi' }, '10.0.0.1'],
  ['a name beside a text: CoreDNS answers the text', { host: 'a.b', text: 'hi' }, 'TXT "hi"'],
  ['a name with a port', { host: 'a.b', port: 80 }, 'a.b'],
  ['a placeholder', { host: 'a.b', port: -1 }, 'a.b'],
  ['a mail host without priority', { host: 'a.b', mail: true }, 'MX 0 a.b'],
]

const hosts = fc.constantFrom('a.example', '_http._tcp.a.example', 'x')
const numbers = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65_535 }))
const typed: fc.Arbitrary<TypedTarget> = fc.oneof(
  fc.record({
    type: fc.constant('TXT' as const),
    text: fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string({ minLength: 1, unit: fc.constantFrom('\\', '"', ' ', 'a', '0') }),
    ),
  }),
  fc.record({ type: fc.constant('MX' as const), priority: numbers, host: hosts }),
  fc.record({
    type: fc.constant('SRV' as const),
    priority: numbers,
    weight: numbers,
    port: numbers,
    host: hosts,
  }),
)

const test = suite('a message')
for (const [target, message] of written) {
  test(`says ${target}`, () => assert.is(JSON.stringify(messageOf(target, false)), message))
}
for (const [what, message, target] of read) {
  test(`is read: ${what}`, () => assert.is(targetOfMessage({ ...message }), target))
}

test('of an address is left out of SRV answers where there are others', () => {
  const message = messageOf('10.0.0.1', true)
  assert.equal(message, { host: '10.0.0.1', port: -1, targetstrip: 1 })
  assert.is(targetOfMessage({ ...message }), '10.0.0.1')
})

test('of any typed target says that target again', () => {
  fc.assert(
    fc.property(typed, fc.boolean(), (target, besideService) => {
      const text = writeTarget(target)
      assert.equal(readTarget(text), { ...target })
      const message = JSON.parse(JSON.stringify(messageOf(text, besideService)))
      assert.is(targetOfMessage(message), text)
    }),
    { seed, numRuns: 2_000 },
  )
})

test.run()
