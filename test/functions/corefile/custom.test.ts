import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensure } from '../../../functions/corefile/ensure.ts'
import { undo } from '../../../functions/corefile/undo.ts'
import { aWish, endpoint, fixture } from './fixtures.ts'

const test = suite('coredns-custom')
const wish = aWish(['apps.example'])
const servesApps = `apps.example:53 {\n  etcd {\n    endpoint ${endpoint}\n  }\n}\n`

for (const name of ['k3s', 'aks', 'digitalocean', 'gardener']) {
  const corefile = fixture(name)
  test(`${name}: a zone of its own is a key beside those of others`, () => {
    const custom = { 'team.server': 'team.example {\n  whoami\n}\n' }
    const outcome = ensure({ corefile, custom }, wish)
    if (outcome.kind !== 'edited') throw new Error(outcome.kind)
    assert.is(outcome.configuration.corefile, corefile)
    assert.equal(Object.keys(outcome.configuration.custom ?? {}), ['team.server', 'k2s-dns.server'])
    assert.equal(undo(outcome.configuration), {
      kind: 'undone',
      configuration: { corefile, custom },
    })
  })
  test(`${name}: unread it is not known what is served`, () => {
    const outcome = ensure({ corefile }, wish)
    assert.is(outcome.kind, 'refused')
  })
}

test('with a server block of somebody else for the zone does the job already', () => {
  const custom = { 'apps.server': servesApps.replace(':53', '') }
  assert.equal(ensure({ corefile: fixture('k3s'), custom }, wish), { kind: 'served', notes: [] })
})

test('with the zone served by something else is refused', () => {
  const custom = { 'apps.server': 'apps.example {\n  forward . 10.0.0.1\n}\n' }
  const outcome = ensure({ corefile: fixture('aks'), custom }, wish)
  assert.match(outcome.kind === 'refused' ? outcome.reason : '', /\(apps\.server:1\) serves apps/)
})

test('with an etcd stanza for the root block does the job', () => {
  const custom = { 'etcd.override': `etcd apps.example {\n  endpoint ${endpoint}\n}\n` }
  const outcome = ensure({ corefile: fixture('aks'), custom }, wish)
  assert.equal(outcome, {
    kind: 'served',
    notes: ['cache (line 14) lacks `disable denial apps.example`: caches are left as they are'],
  })
})

test('with text that CoreDNS does not read is refused', () => {
  const custom = { 'x.server': 'x.example {\n' }
  const outcome = ensure({ corefile: fixture('k3s'), custom }, wish)
  assert.match(outcome.kind === 'refused' ? outcome.reason : '', /x\.server:1: /)
})

test.run()
