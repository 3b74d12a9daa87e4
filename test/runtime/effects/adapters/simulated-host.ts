import type { AdapterDriver, Fields, Json } from '../../../../runtime/effects/adapters/driver.ts'
import { type Faults, faultsAt } from './faults.ts'

/** An adapter as an operating system has it. */
export interface SimulatedAdapter {
  isUp: boolean
  /** Nobody can write it now. */
  isJammed: boolean
  now: Record<string, Json>
}

/** A host whose adapters have servers of two families, and rules for zones, each a place. */
export interface SimulatedHost {
  readonly adapters: Map<string, SimulatedAdapter>
  readonly rules: Map<string, Record<string, Json>>
  flushed: number
}

export const simulatedHost = (adapters: Readonly<Record<string, Fields>>): SimulatedHost => ({
  adapters: new Map(
    Object.entries(adapters).map(([id, now]) => [
      id,
      { isUp: true, isJammed: false, now: { ...now } },
    ]),
  ),
  rules: new Map(),
  flushed: 0,
})

/** All that is set on it. */
export const settingsOn = ({ adapters, rules }: SimulatedHost): Readonly<Record<string, Fields>> =>
  structuredClone({
    ...Object.fromEntries([...adapters].map(([id, { now }]) => [id, now])),
    ...Object.fromEntries(rules),
  })

/** Mode all: the servers of each adapter that is up; each field is written for itself. */
export const adaptersDriver = (
  host: SimulatedHost,
  faults: Faults = faultsAt(),
): AdapterDriver => ({
  ...common(host, faults),
  name: 'adapters',
  places: async ({ server }) => {
    faults.alive()
    return [...host.adapters]
      .filter(([, { isUp }]) => isUp)
      .map(([id, { now }]) => ({
        id,
        label: `adapter ${id}`,
        now: { ...now },
        wanted: { v4: [server.address], v6: [] },
      }))
  },
  read: async (id) => {
    faults.alive()
    const adapter = host.adapters.get(id)
    return adapter && structuredClone(adapter.now)
  },
  async write(id, fields) {
    const adapter = host.adapters.get(id)
    if (!adapter || adapter.isJammed) throw new Error(`${id} can’t be written`)
    for (const [name, value] of Object.entries(fields)) {
      faults.point()
      adapter.now[name] = value
      faults.point()
    }
  },
})

/** Mode split: a rule of ours for each zone, which is no one else's. */
export const rulesDriver = (host: SimulatedHost, faults: Faults = faultsAt()): AdapterDriver => ({
  ...common(host, faults),
  name: 'rules',
  places: async ({ server, zones }) =>
    zones.map((zone) => ({
      id: `rule:${zone}`,
      label: zone,
      now: host.rules.get(`rule:${zone}`) ?? { servers: null, comment: null },
      wanted: { servers: [server.address], comment: 'k2s-dns' },
    })),
  read: async (id) => {
    faults.alive()
    const rule = host.rules.get(id)
    return rule && { ...rule }
  },
  async write(id, fields) {
    faults.point()
    const rule = { ...host.rules.get(id), ...fields }
    if (rule['servers'] === null) host.rules.delete(id)
    else host.rules.set(id, rule)
    faults.point()
  },
})

const common = (host: SimulatedHost, faults: Faults) => ({
  detect: async () => ({ applies: true, because: 'it is simulated' }),
  flush: async () => {
    faults.alive()
    host.flushed++
  },
})
