import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isLocalHost, isLoopback } from '../../../runtime/server/local-only.ts'

const test = suite('local only')

const peers: [address: string, local: boolean][] = [
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:10.0.0.1', false],
  ['126.255.255.255', false],
  ['128.0.0.1', false],
  ['10.0.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['fe80::1', false],
  ['', false],
]
for (const [address, local] of peers) {
  test(`the peer ${address} is ${local ? '' : 'not '}this machine`, () => {
    assert.is(isLoopback(address), local)
  })
}

const hosts: [host: string, local: boolean][] = [
  ['localhost', true],
  ['LOCALHOST:8080', true],
  ['127.0.0.1:8080', true],
  ['[::1]:8080', true],
  ['[::1]', true],
  ['localhost.evil.example', false],
  ['localhost@evil.example', false],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['10.0.0.1', false],
  ['a b', false],
  ['', false],
]
for (const [host, local] of hosts) {
  test(`the host ${host} is ${local ? '' : 'not '}this machine`, () => {
    assert.is(isLocalHost(host), local)
  })
}

test.run()
