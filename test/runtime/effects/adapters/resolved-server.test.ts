import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type BusServer,
  parseServer,
  printServer,
  serverText,
} from '../../../../runtime/effects/adapters/resolved-server.ts'
import { seed } from '../../../runner/full.ts'
import { thrownBy } from '../../../support/outcome.ts'

const test = suite('servers of systemd-resolved')
const loopback6 = [...Array<number>(15).fill(0), 1]

const pairs: readonly (readonly [BusServer, string])[] = [
  [[2, [10, 0, 0, 1], 0, ''], '10.0.0.1'],
  [[2, [127, 0, 0, 1], 5300, ''], '127.0.0.1:5300'],
  [[2, [9, 9, 9, 9], 853, 'dns.example'], '9.9.9.9:853#dns.example'],
  [[10, loopback6, 0, ''], '::1'],
  [[10, loopback6, 5300, 'dns.example'], '[::1]:5300#dns.example'],
]

for (const [server, text] of pairs) {
  test(`${text} there and back`, () => {
    assert.is(printServer(server), text)
    assert.equal(parseServer(text), server)
  })
}

test('the usual port is not said', () => {
  assert.is(printServer([2, [10, 0, 0, 1], 53, '']), '10.0.0.1')
  assert.is(serverText({ address: '172.19.1.100', port: 53 }), '172.19.1.100')
  assert.is(serverText({ address: 'FD00:0:0::0001', port: 5300 }), '[fd00::1]:5300')
})

test('any server comes back as it was', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const address = fc.oneof(
    fc.tuple(fc.constant(2), fc.array(byte, { minLength: 4, maxLength: 4 })),
    fc.tuple(fc.constant(10), fc.array(byte, { minLength: 16, maxLength: 16 })),
  )
  const port = fc.integer({ min: 54, max: 65_535 })
  fc.assert(
    fc.property(address, port, fc.domain(), ([family, bytes], number, name) => {
      const server: BusServer = [family, bytes, number, name]
      assert.equal(parseServer(printServer(server)), server)
    }),
    { seed },
  )
})

test('what is no server is not taken for one', () => {
  for (const text of ['', 'dns.example', '10.0.0', '10.0.0.1:', '[::1', 'fd00::1:x']) {
    assert.match(
      thrownBy(() => parseServer(text)),
      /TypeError.*is not a server/,
    )
  }
})

test.run()
