import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createAdapters } from '../../../../runtime/effects/adapters/adapters.ts'
import type { AdapterDriver, Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createJournal } from '../../../../runtime/effects/adapters/journal.ts'
import { GiveUp } from '../../../../runtime/errors.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { failureOf } from '../../../support/outcome.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { type Disk, faultsAt, fileOn } from './faults.ts'
import { adaptersDriver, settingsOn, simulatedHost } from './simulated-host.ts'

const test = suite('the adapters of a host')
const wish: Wish = {
  mode: 'all',
  zones: ['cluster.local'],
  server: { address: '172.19.1.100', port: 53 },
}
const { signal } = new AbortController()
const found = { ethernet: { v4: ['10.1.1.1'], v6: null }, wifi: { v4: null, v6: null } }

function startHost({ all }: { all?: readonly AdapterDriver[] } = {}) {
  const host = simulatedHost(found)
  const disk: Disk = { bytes: undefined }
  const log = quietLog()
  const adapters = createAdapters({
    wish,
    drivers: { all: all ?? [adaptersDriver(host)], split: [] },
    journal: createJournal(fileOn(disk, faultsAt())),
    clock: handClock(),
    log,
  })
  const adapter = (id: string) => {
    const its = host.adapters.get(id)
    if (its) return its
    throw new Error(`there is no ${id}`)
  }
  return { host, disk, log, adapters, adapter, set: () => adapters.set(wish.zones, signal) }
}

test('looking again writes nothing, neither to the journal nor to the host', async () => {
  const { host, disk, set } = startHost()
  const first = await set()
  assert.equal(
    first.places.map(({ outcome }) => outcome),
    ['told', 'told'],
  )
  const [bytes, flushed] = [Buffer.from(disk.bytes ?? []), host.flushed]
  const again = await set()
  assert.equal(
    again.places.map(({ outcome }) => outcome),
    ['as it was', 'as it was'],
  )
  assert.equal(disk.bytes, bytes)
  assert.is(host.flushed, flushed)
})

test('somebody who sets a place again and again has it, also after a stop', async () => {
  const { host, log, adapters, adapter, set } = startHost()
  await set()
  const outcomes = new Set<string>()
  for (let times = 0; times < 15; times++) {
    adapter('wifi').now['v4'] = ['9.9.9.9']
    const { places } = await set()
    outcomes.add(places.find(({ id }) => id === 'wifi')?.outcome ?? '')
  }
  assert.equal([...outcomes], ['told', 'contested'])
  assert.equal(adapter('wifi').now['v4'], ['9.9.9.9'])
  assert.is(log.lines.filter(([line]) => /again and again/.test(line)).length, 1)
  await adapters.takeBack()
  assert.equal(settingsOn(host), { ...found, wifi: { v4: ['9.9.9.9'], v6: null } })
})

test('a place that can’t be told holds up no other, and is named', async () => {
  const { adapter, adapters, set, host } = startHost()
  adapter('ethernet').isJammed = true
  assert.match(String(await failureOf(set())), /RetryLater: ethernet can’t be written/)
  assert.equal(adapter('wifi').now['v4'], ['172.19.1.100'])
  await adapters.takeBack()
  assert.equal(settingsOn(host), found)
})

test('a place that can’t be put back is named, and tried again', async () => {
  const { adapter, adapters, set, host } = startHost()
  await set()
  adapter('wifi').isJammed = true
  const { restored, left } = await adapters.takeBack()
  assert.equal(restored, ['adapter ethernet'])
  assert.equal(left, [{ label: 'adapter wifi', because: 'wifi can’t be written' }])
  adapter('wifi').isJammed = false
  assert.equal((await adapters.takeBack()).restored, ['adapter wifi'])
  assert.equal(settingsOn(host), found)
  assert.equal(await adapters.takeBack(), { restored: [], left: [] })
})

test('a host that takes a setting and has another one then is noticed', async () => {
  const host = simulatedHost(found)
  const deaf: AdapterDriver = { ...adaptersDriver(host), write: async () => undefined }
  const { set } = startHost({ all: [deaf] })
  assert.match(String(await failureOf(set())), /adapter wifi: v4, v6 is not as it was just written/)
})

test('the first driver that applies decides; without one it is said why', async () => {
  const host = simulatedHost(found)
  const not = (name: string): AdapterDriver => ({
    ...adaptersDriver(host),
    name,
    detect: async () => ({ applies: false, because: `${name} does not run` }),
  })
  const some = startHost({ all: [not('a'), adaptersDriver(host), not('b')] })
  assert.is((await some.set()).driver, 'adapters')
  const none = startHost({ all: [not('a'), not('b')] })
  const { driver, because, places } = await none.set()
  assert.equal([driver, places], [undefined, []])
  assert.is(because, 'a: a does not run; b: b does not run')
})

test('without a wish it is only taken back', async () => {
  const { disk } = startHost()
  const options = { drivers: { all: [], split: [] }, clock: handClock(), log: quietLog() }
  const journal = createJournal(fileOn(disk, faultsAt()))
  const adapters = createAdapters({ ...options, wish: undefined, journal })
  assert.instance(await failureOf(adapters.set([], signal)), GiveUp)
  assert.not.ok(await adapters.isWanted())
  assert.equal(await adapters.takeBack(), { restored: [], left: [] })
  assert.is(disk.bytes, undefined, 'there is no journal where nothing was ever told')
})

test('what a driver set that this version does not have stays in the journal', async () => {
  const { disk, set } = startHost()
  await set()
  const options = { drivers: { all: [], split: [] }, clock: handClock(), log: quietLog() }
  const journal = createJournal(fileOn(disk, faultsAt()))
  const { left } = await createAdapters({ ...options, wish, journal }).takeBack()
  assert.is(left.length, 2)
  assert.match(left[0]?.because ?? '', /has no driver adapters/)
  assert.is((await journal.read()).entries.length, 2)
})

test.run()
