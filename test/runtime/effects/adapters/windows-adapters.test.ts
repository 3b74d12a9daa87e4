import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createWindowsAdapters } from '../../../../runtime/effects/adapters/windows-adapters.ts'
import { GiveUp } from '../../../../runtime/errors.ts'
import { failureOf } from '../../../support/outcome.ts'
import { type SimulatedAdapter, simulatedWindows } from './simulated-windows.ts'

const { signal } = new AbortController()
const wish: Wish = {
  mode: 'all',
  zones: ['cluster.local'],
  server: { address: '172.19.1.1', port: 53 },
}
const ofAdapter = ({ guid }: SimulatedAdapter) => `adapter:${guid}`

const adapters = suite('servers of adapters')

adapters(
  'all hardware is told, also what is off, but no loopback; and a rule for every name',
  async () => {
    const { windows, run } = simulatedWindows({
      adapters: [
        { name: 'Ethernet', ipv4: '10.0.0.53 10.0.0.54' },
        { name: 'WLAN' },
        { name: 'Loopbackk2s', component: '*msloop' },
      ],
    })
    const places = await createWindowsAdapters({ run }).places(wish, signal)
    const [ethernet, wlan] = windows.adapters.map(ofAdapter)
    assert.equal(places, [
      {
        id: ethernet,
        label: 'Ethernet',
        now: { ipv4: '10.0.0.53 10.0.0.54' },
        wanted: { ipv4: '172.19.1.1' },
      },
      { id: wlan, label: 'WLAN', now: { ipv4: null }, wanted: { ipv4: '172.19.1.1' } },
      {
        id: 'rule:.',
        label: 'NRPT rule .',
        now: { servers: null },
        wanted: { servers: ['172.19.1.1'] },
      },
    ])
  },
)

adapters('where group policy silences rules there are the adapters alone', async () => {
  const { windows, run } = simulatedWindows({ adapters: [{}] })
  windows.groupPolicy = true
  const places = await createWindowsAdapters({ run }).places(wish, signal)
  assert.equal(
    places.map(({ id }) => id),
    windows.adapters.map(ofAdapter),
  )
})

adapters('an IPv6 server goes to the adapters that have the protocol', async () => {
  const { windows, run } = simulatedWindows({ adapters: [{}, { ipv6: undefined }] })
  windows.groupPolicy = true
  const server = { address: 'fd00::53', port: 53 }
  const places = await createWindowsAdapters({ run }).places({ ...wish, server }, signal)
  assert.equal(
    places.map(({ wanted }) => wanted),
    [{ ipv6: 'fd00::53' }],
  )
})

adapters('one that was unplugged meanwhile is put back all the same (K2s #902)', async () => {
  const { windows, run } = simulatedWindows({ adapters: [{ ipv4: '10.0.0.53' }] })
  const driver = createWindowsAdapters({ run })
  const [dock] = windows.adapters
  assert.ok(dock)
  await driver.write(ofAdapter(dock), { ipv4: '172.19.1.1' }, signal)
  dock.present = false
  assert.equal(await driver.read(ofAdapter(dock), signal), { ipv4: '172.19.1.1', ipv6: null })
  await driver.write(ofAdapter(dock), { ipv4: '10.0.0.53' }, signal)
  assert.is(dock.ipv4, '10.0.0.53')
})

adapters('one that the registry knows no more is no place', async () => {
  const { run } = simulatedWindows()
  const driver = createWindowsAdapters({ run })
  assert.is(await driver.read('adapter:{4D36E972-0000-0000-0000-000000000009}', signal), undefined)
})

adapters('split is refused: servers of adapters are asked for every name', async () => {
  const { run } = simulatedWindows({ adapters: [{}] })
  const error = await failureOf(
    createWindowsAdapters({ run }).places({ ...wish, mode: 'split' }, signal),
  )
  assert.instance(error, GiveUp)
  assert.match((error as Error).message, /host\.mode split needs NRPT rules; set host\.mode to all/)
})

adapters('a name in any language reaches the people', async () => {
  const { run } = simulatedWindows({ adapters: [{ name: 'Drahtlosnetzwerk für Gäste' }] })
  const { because } = await createWindowsAdapters({ run }).detect(signal)
  assert.match(because, /Drahtlosnetzwerk für Gäste/)
})

/** What has been found is put back to the letter, whatever happens to adapters in between; nothing else is touched. */
const registryValue = fc.constantFrom(
  '',
  '10.0.0.53',
  '10.0.0.53,10.0.0.54',
  '10.0.0.53 8.8.8.8',
  'für später',
  '::1',
)
const anAdapter = fc.record({
  ipv4: registryValue,
  ipv6: fc.option(registryValue, { nil: undefined }),
  present: fc.boolean(),
})
adapters(
  'set and put back, with adapters coming and going: the registry is as it was',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anAdapter, { minLength: 1, maxLength: 5 }),
        fc.array(fc.record({ at: fc.nat(4), present: fc.boolean() }), { maxLength: 8 }),
        fc.constantFrom('172.19.1.1', 'fd00::53'),
        async (given, moves, address) => {
          const { windows, run } = simulatedWindows({ adapters: given })
          const driver = createWindowsAdapters({ run })
          const before = structuredClone(windows.adapters)
          const places = await driver.places({ ...wish, server: { address, port: 53 } }, signal)
          for (const { id, wanted } of places) {
            await driver.write(id, wanted, signal)
            await driver.write(id, wanted, signal)
            const read = await driver.read(id, signal)
            assert.equal({ ...read, ...wanted }, read)
          }
          for (const { at, present } of moves) {
            const adapter = windows.adapters[at]
            if (adapter) adapter.present = present
          }
          for (const { id, now } of places) await driver.write(id, now, signal)
          const registry = (all: readonly SimulatedAdapter[]) =>
            all.map(({ ipv4, ipv6 }) => [ipv4, ipv6])
          assert.equal(registry(windows.adapters), registry(before))
          assert.equal(windows.rules, [])
        },
      ),
    )
  },
)

adapters.run()
