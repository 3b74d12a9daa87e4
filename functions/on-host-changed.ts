import { defineHostFunction, hostChanged } from '../runtime/function.ts'

/**
 * An adapter came or went, DHCP or somebody else set another server, or it is time to look: while the cluster is
 * started and its server answers, every place asks it, and otherwise none.
 */
export const onHostChanged = defineHostFunction({
  name: 'on-host-changed',
  on: hostChanged,
  async handle(_, { adapters, hostsFiles, resolver, signal }) {
    const wanted = await adapters.isWanted()
    const { zones, faults } = wanted ? await resolver.served(signal) : { zones: [], faults: [] }
    if (zones.length > 0) {
      const told = await adapters.set(zones, signal)
      return { wanted, faults, ...told, files: await hostsFiles.write(signal) }
    }
    const taken = await (wanted ? adapters.suspend() : adapters.takeBack())
    return { wanted, faults, ...taken, files: await hostsFiles.remove() }
  },
})
