import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { GiveUp, messageOf } from '../../errors.ts'
import type { AdapterDriver, Fields, Place } from './driver.ts'
import { onPort53 } from './on-port-53.ts'
import { readAdapter, readAdapters, writeAdapter } from './powershell/adapters.ts'
import { createRunScript, type PowerShell } from './powershell/run-script.ts'
import { createWindowsNrpt } from './windows-nrpt.ts'

/** NameServer of one family as the registry has it, null where it has no such adapter. */
const serversSchema = z.object({ ipv4: z.string().nullable(), ipv6: z.string().nullable() })
const adaptersSchema = z.object({
  adapters: z.array(
    serversSchema.extend({ guid: z.string(), name: z.string(), component: z.string() }),
  ),
})
const nothing = z.object({})

/** By GUID: the index of an adapter is another one after a reboot. */
const prefix = 'adapter:'
const families = { ipv4: 'Tcpip', ipv6: 'Tcpip6' } as const

/** K2s's bridge of pods to Windows is a Microsoft loopback adapter, which passes for hardware. */
const isLoopback = ({ component }: { component: string }): boolean => component === '*msloop'

const fieldsOf = ({ ipv4, ipv6 }: z.infer<typeof serversSchema>): Fields => ({
  ipv4: ipv4 || null,
  ipv6: ipv6 || null,
})

/**
 * Static DNS servers of the adapters, as K2s had it, for mode `all`. Windows asks the servers of all adapters at once, those of
 * router advertisements too, so there is an NRPT rule for every name besides; the adapters are for what doesn't heed rules
 * (nslookup, programs with a resolver of their own, a host with rules by group policy).
 * All hardware is told, also what is off or unplugged: it has the servers when it comes up, and is put back in any state (K2s #902).
 */
export const createWindowsAdapters = (powerShell: PowerShell): AdapterDriver => {
  const runScript = createRunScript(powerShell)
  const nrpt = createWindowsNrpt(powerShell)
  const isAdapter = (id: string): boolean => id.startsWith(prefix)

  return {
    name: 'windows-adapters',

    async detect(signal) {
      try {
        const { adapters } = await runScript(readAdapters, null, adaptersSchema, signal)
        const names = adapters.filter((adapter) => !isLoopback(adapter)).map(({ name }) => name)
        return names.length === 0
          ? { applies: false, because: 'Windows has no network adapters of hardware' }
          : { applies: true, because: `Windows has the network adapters ${names.join(', ')}` }
      } catch (error) {
        return { applies: false, because: messageOf(error) }
      }
    },

    /** @throws GiveUp for mode `split`, which servers of adapters can't do, and for a port other than 53 */
    async places(wish, signal) {
      if (wish.mode === 'split') {
        throw new GiveUp(
          'the DNS servers of adapters are asked for every name: host.mode split needs NRPT rules; set host.mode to all to have every question go to the cluster',
        )
      }
      const server = onPort53(wish.server, 'an adapter')
      const family = isIPv6(server) ? 'ipv6' : 'ipv4'
      const { adapters } = await runScript(readAdapters, null, adaptersSchema, signal)
      const places = adapters
        .filter((adapter) => !isLoopback(adapter) && adapter[family] !== null)
        .map(
          (adapter): Place => ({
            id: prefix + adapter.guid,
            label: adapter.name,
            now: { [family]: adapter[family] || null },
            wanted: { [family]: server },
          }),
        )
      const heedsRules = (await nrpt.detect(signal)).applies
      return heedsRules ? [...places, ...(await nrpt.places(wish, signal))] : places
    },

    async read(id, signal) {
      if (!isAdapter(id)) return nrpt.read(id, signal)
      const guid = id.slice(prefix.length)
      const servers = await runScript(readAdapter, { guid }, serversSchema, signal)
      return servers.ipv4 === null && servers.ipv6 === null ? undefined : fieldsOf(servers)
    },

    async write(id, fields, signal) {
      if (!isAdapter(id)) return nrpt.write(id, fields, signal)
      const stacks = (['ipv4', 'ipv6'] as const)
        .filter((family) => fields[family] !== undefined)
        .map((family) => ({ name: families[family], servers: fields[family] ?? '' }))
      await runScript(writeAdapter, { guid: id.slice(prefix.length), stacks }, nothing, signal)
    },

    flush: nrpt.flush,
  }
}
