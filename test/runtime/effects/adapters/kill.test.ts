import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createAdapters } from '../../../../runtime/effects/adapters/adapters.ts'
import type { Fields, Json, Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createJournal } from '../../../../runtime/effects/adapters/journal.ts'
import type { Adapters } from '../../../../runtime/host-context.ts'
import { full } from '../../../runner/full.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { type Disk, type Faults, faultsAt, fileOn } from './faults.ts'
import {
  adaptersDriver,
  rulesDriver,
  type SimulatedHost,
  settingsOn,
  simulatedHost,
} from './simulated-host.ts'

const all: Wish = {
  mode: 'all',
  zones: ['cluster.local'],
  server: { address: '172.19.1.100', port: 53 },
}
const moved: Wish = { ...all, server: { address: '10.0.0.53', port: 53 } }
const split: Wish = { ...all, mode: 'split', zones: ['cluster.local', 'registry.local'] }
const fewer: Wish = { ...split, zones: ['cluster.local'] }

const found: Readonly<Record<string, Fields>> = {
  ethernet: { v4: ['10.1.1.1', '10.1.1.2'], v6: ['fd00::1'] },
  wifi: { v4: null, v6: null },
}
const { signal } = new AbortController()

/** One host and its disk, which outlive the processes on it, and what it would be like without them. */
class World {
  readonly host: SimulatedHost = simulatedHost(found)
  readonly disk: Disk = { bytes: undefined }
  readonly theirs: Record<string, Fields> = structuredClone(found)

  process(wish: Wish, faults: Faults = faultsAt()): Adapters {
    return createAdapters({
      wish,
      drivers: {
        all: [adaptersDriver(this.host, faults)],
        split: [rulesDriver(this.host, faults)],
      },
      journal: createJournal(fileOn(this.disk, faults), { slotBytes: 4_096 }),
      clock: handClock(),
      log: quietLog(),
    })
  }

  /** DHCP or a user sets a field of an adapter. */
  change(id: string, name: string, value: Json): void {
    const adapter = this.host.adapters.get(id)
    if (adapter) adapter.now[name] = value
    this.theirs[id] = { ...this.theirs[id], [name]: value }
  }
}

type Step = (world: World, faults: Faults) => Promise<unknown> | undefined

const set =
  (wish: Wish): Step =>
  (world, faults) =>
    world.process(wish, faults).set(wish.zones, signal)
const stop: Step = (world, faults) => world.process(all, faults).takeBack()
const suspend: Step = (world, faults) => world.process(all, faults).suspend()
const changed =
  (id: string, name: string, value: Json): Step =>
  (world) => {
    world.change(id, name, value)
    return undefined
  }

const scenes: Readonly<Record<string, readonly Step[]>> = {
  'set, and taken back': [set(all), stop],
  'rules of our own': [set(split), set(fewer), stop],
  'somebody changes a setting meanwhile': [set(all), changed('wifi', 'v4', ['9.9.9.9']), stop],
  'DHCP overwrites it, and it is set again': [
    set(all),
    changed('ethernet', 'v4', ['10.2.2.2']),
    set(all),
    stop,
  ],
  'somebody puts a server beside ours': [
    set(all),
    (world) => {
      world.change('wifi', 'v4', ['9.9.9.9'])
      const wifi = world.host.adapters.get('wifi')
      if (wifi) wifi.now['v4'] = ['172.19.1.100', '9.9.9.9']
      return undefined
    },
    set(all),
    stop,
  ],
  'the server is another one, with the journal of before': [set(all), set(moved), stop],
  'the mode is another one, with the journal of before': [set(all), set(split), set(all), stop],
  'the server does not answer for a while': [set(all), suspend, set(all), stop],
}

/** Plays a scene with a process that is killed there. @returns whether it was killed */
async function play(world: World, steps: readonly Step[], faults: Faults): Promise<boolean> {
  for (const step of steps) {
    await step(world, faults)?.catch(() => undefined)
    try {
      faults.alive()
    } catch {
      return true
    }
  }
  return false
}

const test = suite('a process on the host that is killed')

for (const [name, steps] of Object.entries(scenes)) {
  test(`${name}: wherever it is killed, one restore puts all back`, async () => {
    let killAt = 0
    for (let isKilled = true; isKilled; killAt++) {
      const world = new World()
      isKilled = await play(world, steps, faultsAt(killAt))
      await world.process(all).takeBack()
      assert.equal(settingsOn(world.host), world.theirs, `killed at ${killAt}`)
      assert.not.ok(await world.process(all).isWanted())
    }
    assert.ok(killAt > 500, `it was killed at ${killAt} points and bytes`)
  })

  test(`${name}: also if the restore is killed as well, anywhere`, async () => {
    const whole = faultsAt()
    await play(new World(), steps, whole)
    for (let killAt = 0; killAt < whole.passed; killAt += full ? 7 : 101) {
      for (let again = 0, isKilled = true; isKilled; again += full ? 11 : 67) {
        const world = new World()
        await play(world, steps, faultsAt(killAt))
        const faults = faultsAt(again)
        isKilled = await play(world, [stop], faults)
        await world.process(all).takeBack()
        assert.equal(settingsOn(world.host), world.theirs, `killed at ${killAt} and ${again}`)
      }
    }
  })
}

test.run()
