import { isIP } from 'node:net'
import type { BusObject, SystemBus } from '../../clients/system-bus.ts'
import type { Fields } from './driver.ts'
import { networkManager } from './network-manager-version.ts'
import { printAddress } from './resolved-server.ts'

/** A network device, as far as it has to do with DNS. */
export interface Device {
  /** `eth0` */
  readonly name: string
  /** Of the connection on it: `Wired connection 1`. */
  readonly connection: string
  /** Whether it leads anywhere or says which servers to ask, is no tunnel and was set up by NetworkManager. */
  readonly counts: boolean
  readonly object: BusObject
}

/** Variants, as busctl prints them. */
type Properties = Readonly<Record<string, { readonly data: unknown } | undefined>>
type Objects = Readonly<Record<string, Readonly<Record<string, Properties | undefined>>>>
type Connection = Readonly<Record<string, Properties | undefined>>

const activated = 100 // NM_DEVICE_STATE_ACTIVATED
const external = 0x80 // NM_ACTIVATION_STATE_FLAG_EXTERNAL: somebody else set the device up
const tunnels = ['vpn', 'wireguard', 'tun'] // they come with servers for names of their own

/** Those with a connection. */
export async function devices(bus: SystemBus, signal: AbortSignal): Promise<readonly Device[]> {
  const root: BusObject = {
    service: networkManager,
    path: '/org/freedesktop',
    interface: 'org.freedesktop.DBus.ObjectManager',
  }
  const [reply] = await bus.call(root, 'GetManagedObjects', [], signal)
  return devicesIn(reply as Objects) // NetworkManager's own objects, by path and interface
}

export function devicesIn(objects: Objects): readonly Device[] {
  const of = (path: unknown, name: string) => objects[String(path)]?.[`${networkManager}.${name}`]
  const isFilled = (list: unknown) => Array.isArray(list) && list.length > 0
  return Object.keys(objects).flatMap((path) => {
    const device = of(path, 'Device')
    const active = of(device?.['ActiveConnection']?.data, 'Connection.Active')
    if (!device || !active || device['State']?.data !== activated) return []
    const isExternal = (Number(active['StateFlags']?.data) & external) !== 0
    const leads = active['Default']?.data === true || active['Default6']?.data === true
    const asks =
      isFilled(of(device['Ip4Config']?.data, 'IP4Config')?.['NameserverData']?.data) ||
      isFilled(of(device['Ip6Config']?.data, 'IP6Config')?.['Nameservers']?.data)
    const isTunnel = tunnels.includes(String(active['Type']?.data))
    return {
      name: String(device['Interface']?.data),
      connection: String(active['Id']?.data),
      counts: !isExternal && !isTunnel && (leads || asks),
      object: { service: networkManager, path, interface: `${networkManager}.Device` },
    }
  })
}

/** What is in force on a device: its connection's settings with what was changed since, in memory. */
export async function appliedFields(
  bus: SystemBus,
  { object }: Device,
  signal: AbortSignal,
): Promise<Fields> {
  const [connection] = await bus.call(object, 'GetAppliedConnection', ['u', '0'], signal)
  return fieldsOf(connection as Connection) // its own type: settings by name
}

/** By the names that nmcli has for them; what is not there has its default. */
export function fieldsOf(connection: Connection): Fields {
  const of = (family: 'ipv4' | 'ipv6') => {
    const setting = connection[family]
    const servers = serversOf(setting)
    return {
      [`${family}.dns`]: servers.length > 0 ? servers : null,
      [`${family}.ignore-auto-dns`]: setting?.['ignore-auto-dns']?.data === true,
      [`${family}.dns-priority`]: Number(setting?.['dns-priority']?.data ?? 0),
    }
  }
  return { ...of('ipv4'), ...of('ipv6') }
}

/** `dns-data` since 1.42; before it numbers in network order as a little-endian machine reads them, or sixteen bytes each. */
function serversOf(setting: Properties | undefined): readonly string[] {
  const texts = setting?.['dns-data']?.data
  if (Array.isArray(texts)) return texts.map(String)
  const list = setting?.['dns']?.data
  if (!Array.isArray(list)) return []
  return (list as (number | readonly number[])[]).map((server) =>
    typeof server === 'number'
      ? printAddress([0, 8, 16, 24].map((shift) => (server >>> shift) & 0xff))
      : printAddress(server),
  )
}

/** Every question to one server: what the network said by itself is passed over, and other connections are. */
export function wantedFields(server: string): Fields {
  const of = (family: 4 | 6) => ({
    [`ipv${family}.dns`]: isIP(server) === family ? [server] : null,
    [`ipv${family}.ignore-auto-dns`]: true,
    [`ipv${family}.dns-priority`]: before,
  })
  return { ...of(4), ...of(6) }
}

/** Below zero, so that connections that have more are not asked (nm-settings-nmcli(5)); a VPN's 50 among them. */
const before = -50
