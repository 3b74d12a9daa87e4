import * as fc from 'fast-check'
import { hostFunctions } from '../../../../functions/index.ts'
import { createAdapters } from '../../../../runtime/effects/adapters/adapters.ts'
import type { Fields, Json, Wish } from '../../../../runtime/effects/adapters/driver.ts'
import { createJournal } from '../../../../runtime/effects/adapters/journal.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import {
  clusterStarted,
  clusterStopping,
  type EventKind,
  hostChanged,
  hostStopping,
  plainEvent,
} from '../../../../runtime/events.ts'
import type { HostContext } from '../../../../runtime/host-context.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { type Disk, type Faults, faultsAt, fileOn } from './faults.ts'
import { adaptersDriver, simulatedHost } from './simulated-host.ts'

/** What may happen to a host, in any order. */
export type Happening =
  | { readonly is: 'start' | 'stop' | 'look' | 'service stops' | 'reboot' }
  | { readonly is: 'crash'; readonly during: 'start' | 'stop' | 'look'; readonly at: number }
  | { readonly is: 'cluster'; readonly answers: boolean }
  | { readonly is: 'adapter added' | 'adapter gone'; readonly id: string; readonly value: Json }
  | { readonly is: 'link' | 'jam'; readonly id: string; readonly on: boolean }
  /** DHCP, a user, a VPN that connects or ends. */
  | {
      readonly is: 'overwrite'
      readonly id: string
      readonly name: 'v4' | 'v6'
      readonly value: Json
    }
  | { readonly is: 'beside ours'; readonly id: string; readonly value: string }

const id = fc.constantFrom('ethernet', 'wifi', 'vpn')
const address = fc.constantFrom('10.1.1.1', '10.2.2.2', '9.9.9.9', 'fd00::1')
/** Never exactly what we set: nobody could tell then who did it. */
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constant(null),
  fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
)
const during = fc.constantFrom('start', 'stop', 'look')

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constantFrom('start', 'stop', 'look') }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constantFrom('service stops', 'reboot') }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('crash'), during, at: fc.nat(900) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('cluster'), answers: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constantFrom('adapter added', 'adapter gone'), id, value }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constantFrom('link', 'jam'), id, on: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('overwrite'),
      id,
      name: fc.constantFrom('v4', 'v6'),
      value,
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('beside ours'), id, value: address }) },
) as fc.Arbitrary<Happening> // fast-check widens the constants

const wish: Wish = {
  mode: 'all',
  zones: ['cluster.local'],
  server: { address: '172.19.1.100', port: 53 },
}
const ours: Fields = { v4: [wish.server.address], v6: [] }

/** A host on which things happen, and beside it how it would be if there were no k2s-dns. */
export class HostModel {
  readonly host = simulatedHost({
    ethernet: { v4: ['10.1.1.1'], v6: null },
    wifi: { v4: null, v6: ['fd00::1'] },
  })
  readonly theirs = new Map<string, Record<string, Json>>(
    [...this.host.adapters].map(([adapter, { now }]) => [adapter, { ...now }]),
  )
  readonly #disk: Disk = { bytes: undefined }
  #answers = true
  readonly #clock = handClock()

  async happens(what: Happening): Promise<void> {
    switch (what.is) {
      case 'start':
      case 'stop':
      case 'look':
        await this.#handles(what.is)
        break
      case 'service stops':
        await this.#handles('service stops')
        break
      case 'crash':
        await this.#handles(what.during, faultsAt(what.at))
        break
      case 'reboot':
        this.#answers = false // what was set lasts, the cluster does not
        break
      case 'cluster':
        this.#answers = what.answers
        break
      case 'adapter added':
        if (this.host.adapters.has(what.id)) break
        this.theirs.set(what.id, { v4: what.value, v6: null })
        this.host.adapters.set(what.id, {
          isUp: true,
          isJammed: false,
          now: { v4: what.value, v6: null },
        })
        break
      case 'adapter gone':
        this.theirs.delete(what.id)
        this.host.adapters.delete(what.id)
        break
      case 'link':
        this.#adapter(what.id, (adapter) => {
          adapter.isUp = what.on
        })
        break
      case 'jam':
        this.#adapter(what.id, (adapter) => {
          adapter.isJammed = what.on
        })
        break
      case 'overwrite':
        this.#adapter(what.id, (adapter) => {
          adapter.now[what.name] = what.value
          this.theirs.set(what.id, { ...this.theirs.get(what.id), [what.name]: what.value })
        })
        break
      case 'beside ours':
        this.#adapter(what.id, ({ now }) => {
          if (!this.#isOurs(now['v4'])) return
          now['v4'] = [wish.server.address, what.value]
          this.theirs.set(what.id, { ...this.theirs.get(what.id), v4: [what.value] })
        })
    }
  }

  /** @returns adapters that are not as others want them */
  strange(): readonly string[] {
    return [...this.host.adapters]
      .filter(
        ([adapter, { now }]) => JSON.stringify(now) !== JSON.stringify(this.theirs.get(adapter)),
      )
      .map(
        ([adapter, { now }]) =>
          `${adapter} is ${JSON.stringify(now)}, theirs ${JSON.stringify(this.theirs.get(adapter))}`,
      )
  }

  async restore(): Promise<void> {
    for (const adapter of this.host.adapters.values()) adapter.isJammed = false
    await this.#handles('stop')
  }

  #isOurs = (now: Json | undefined) => JSON.stringify(now) === JSON.stringify(ours['v4'])

  #adapter(
    adapter: string,
    change: (adapter: NonNullable<ReturnType<typeof this.host.adapters.get>>) => void,
  ) {
    const found = this.host.adapters.get(adapter)
    if (found) change(found)
  }

  /** What a new process does with an event, as far as it comes. */
  async #handles(what: keyof typeof kinds, faults: Faults = faultsAt()): Promise<void> {
    const event = plainEvent(kinds[what], '/test')
    const handler = hostFunctions.find((each) => each.covers(event))
    await handler?.call(event, this.#context(faults)).catch(() => undefined)
  }

  #context(faults: Faults): HostContext {
    const answers = () => this.#answers
    const served = () => ({ zones: answers() ? wish.zones : [], faults: [] })
    return {
      adapters: createAdapters({
        wish,
        drivers: { all: [adaptersDriver(this.host, faults)], split: [] },
        journal: createJournal(fileOn(this.#disk, faults), { slotBytes: 4_096 }),
        clock: this.#clock,
        log: quietLog(),
      }),
      hostsFiles: { write: async () => [], remove: async () => [] },
      resolver: {
        served: async () => served(),
        survey: async () => {
          if (!answers()) throw new RetryLater('it does not answer')
          return { ...served(), ours: [], foreign: undefined }
        },
        prove: async () => undefined,
      },
      signal: new AbortController().signal,
    }
  }
}

const kinds: Readonly<Record<'start' | 'stop' | 'look' | 'service stops', EventKind<unknown>>> = {
  start: clusterStarted,
  stop: clusterStopping,
  look: hostChanged,
  'service stops': hostStopping,
}
