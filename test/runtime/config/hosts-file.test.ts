import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadConfig } from '../../../runtime/config.ts'
import { thrownBy } from '../../support/outcome.ts'

const test = suite('host.hostsFile')
const load = (flags: Record<string, string>) => loadConfig({ flags, env: {} }).host.hostsFile

test('has no names by default', () => assert.equal(load({}), { names: [], paths: [] }))

test('has names that are asked for, and names with an address', () => {
  const names = 'a.local, B.local=fd00::1'
  assert.equal(load({ 'host.hostsFile.names': names }).names, [
    { name: 'a.local' },
    { name: 'b.local', address: 'fd00::1' },
  ])
})

test('has two names in K2s', () => {
  assert.equal(load({ profile: 'k2s' }).names, [
    { name: 'k2s-registry.local', address: '172.19.1.100' },
    { name: 'k2s-gateway.local', address: '172.19.1.100' },
  ])
})

test('says what is wrong with a name', () => {
  assert.is(
    thrownBy(() => load({ 'host.hostsFile.names': 'a.local=b.local' })),
    'GiveUp: host.hostsFile.names = "a.local=b.local": b.local is no IP address: write name=address, or the name alone',
  )
})
test.run()
