import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createWindowsNrpt } from '../../../../runtime/effects/adapters/windows-nrpt.ts'
import { GiveUp } from '../../../../runtime/errors.ts'
import { failureOf } from '../../../support/outcome.ts'
import { simulatedWindows } from './simulated-windows.ts'

const { signal } = new AbortController()
const wish: Wish = {
  mode: 'split',
  zones: ['cluster.local', 'registry.local'],
  server: { address: '172.19.1.100', port: 53 },
}
const vpn = { name: '{vpn}', comment: '', namespaces: ['.corp.example'], servers: ['10.0.0.53'] }

const nrpt = suite('NRPT rules')

nrpt('each zone has a rule of its own, and a rule of others stays', async () => {
  const { windows, run } = simulatedWindows({ rules: [vpn] })
  const driver = createWindowsNrpt({ run })
  const places = await driver.places(wish, signal)
  assert.equal(places, [
    {
      id: 'rule:.cluster.local',
      label: 'NRPT rule .cluster.local',
      now: { servers: null },
      wanted: { servers: ['172.19.1.100'] },
    },
    {
      id: 'rule:.registry.local',
      label: 'NRPT rule .registry.local',
      now: { servers: null },
      wanted: { servers: ['172.19.1.100'] },
    },
  ])
  for (const { id, wanted } of places) await driver.write(id, wanted, signal)
  assert.equal(
    windows.rules.map(({ comment, namespaces, servers }) => [comment, namespaces, servers]),
    [
      ['', ['.corp.example'], ['10.0.0.53']],
      ['k2s-dns: .cluster.local', ['.cluster.local'], ['172.19.1.100']],
      ['k2s-dns: .registry.local', ['.registry.local'], ['172.19.1.100']],
    ],
  )
  for (const { id, now } of places) await driver.write(id, now, signal)
  assert.equal(windows.rules, [vpn])
})

nrpt('a rule that is there is changed, not doubled', async () => {
  const { windows, run } = simulatedWindows()
  const driver = createWindowsNrpt({ run })
  const write = (servers: string[]) => driver.write('rule:.cluster.local', { servers }, signal)
  await write(['172.19.1.100'])
  await write(['172.19.1.1'])
  await write(['172.19.1.1'])
  assert.is(windows.rules.length, 1)
  assert.equal(await driver.read('rule:.cluster.local', signal), { servers: ['172.19.1.1'] })
})

nrpt('in mode all one rule is for every name', async () => {
  const { run } = simulatedWindows()
  const places = await createWindowsNrpt({ run }).places({ ...wish, mode: 'all' }, signal)
  assert.equal(
    places.map(({ id }) => id),
    ['rule:.'],
  )
})

nrpt(
  "somebody else's rule for one of our zones: it says which, and how to be rid of it",
  async () => {
    const theirs = { ...vpn, comment: 'IT', namespaces: ['.a.example', '.Cluster.local'] }
    const { run } = simulatedWindows({ rules: [theirs] })
    const error = await failureOf(createWindowsNrpt({ run }).places(wish, signal))
    assert.instance(error, GiveUp)
    assert.is(
      (error as Error).message,
      'Windows has an NRPT rule for .cluster.local already: {vpn} "IT", to 10.0.0.53; ' +
        "remove it (Remove-DnsClientNrptRule -Name '{vpn}'), or take the zone out of dns.zones",
    )
  },
)

nrpt('another port is refused, with the remedy', async () => {
  const { run } = simulatedWindows()
  const server = { address: '127.0.0.1', port: 1053 }
  const error = await failureOf(createWindowsNrpt({ run }).places({ ...wish, server }, signal))
  assert.instance(error, GiveUp)
  assert.match((error as Error).message, /host\.server 127\.0\.0\.1:1053 .* port 53/)
})

nrpt('group policy with rules of its own: it does not apply, and says so', async () => {
  const { windows, run } = simulatedWindows()
  const driver = createWindowsNrpt({ run })
  assert.is((await driver.detect(signal)).applies, true)
  windows.groupPolicy = true
  const { applies, because } = await driver.detect(signal)
  assert.is(applies, false)
  assert.match(because, /group policy .*HKLM\\SOFTWARE\\Policies/)
})

nrpt('without rights it says whose are needed, in whatever language Windows speaks', async () => {
  const { windows, run } = simulatedWindows()
  windows.elevated = false
  const error = await failureOf(
    createWindowsNrpt({ run }).write('rule:.cluster.local', { servers: ['10.0.0.1'] }, signal),
  )
  assert.instance(error, GiveUp)
  assert.match((error as Error).message, /can't set an NRPT rule: .* administrator .* elevated/)
})

nrpt('a flush clears the cache of Windows', async () => {
  const { windows, run } = simulatedWindows()
  await createWindowsNrpt({ run }).flush(signal)
  assert.equal(windows.ran, ['clearCache'])
})

nrpt.run()
