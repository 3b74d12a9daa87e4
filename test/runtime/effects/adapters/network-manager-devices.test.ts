import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  devicesIn,
  fieldsOf,
  wantedFields,
} from '../../../../runtime/effects/adapters/network-manager-devices.ts'

/** Of NetworkManager 1.42.4: `busctl --json=short call … GetManagedObjects`, without what has nothing to do with DNS. */
const recorded = JSON.parse(
  readFileSync(new URL('./recorded/network-manager-1.42-objects.json', import.meta.url), 'utf8'),
) as Parameters<typeof devicesIn>[0]

const active = '/org/freedesktop/NetworkManager/ActiveConnection/2'
const connectionOf = `org.freedesktop.NetworkManager.Connection.Active`

/** The recording, with something else of the connection on `up0`. */
function withConnection(properties: Readonly<Record<string, unknown>>) {
  const objects = structuredClone(recorded) as Record<string, Record<string, object>>
  const changed = Object.entries(properties).map(([name, data]) => [name, { data }])
  Object.assign(objects[active]?.[connectionOf] ?? {}, Object.fromEntries(changed))
  return objects as Parameters<typeof devicesIn>[0]
}

const counted = (objects: Parameters<typeof devicesIn>[0]) =>
  devicesIn(objects)
    .filter(({ counts }) => counts)
    .map(({ name, connection }) => `${name} (${connection})`)

const test = suite('devices of NetworkManager')

test('those count that lead anywhere; the loopback device is not its own', () => {
  assert.equal(
    devicesIn(recorded).map(({ name }) => name),
    ['lo', 'up0'],
  )
  assert.equal(counted(recorded), ['up0 (Wired: one)'])
})

test('a device without a way out counts while it says which servers to ask', () => {
  assert.equal(counted(withConnection({ Default: false })), ['up0 (Wired: one)'])
  const silent = withConnection({ Default: false }) as Record<string, Record<string, object>>
  const config = silent['/org/freedesktop/NetworkManager/IP4Config/2']
  Object.assign(config?.['org.freedesktop.NetworkManager.IP4Config'] ?? {}, {
    NameserverData: { data: [] },
  })
  assert.equal(counted(silent as Parameters<typeof devicesIn>[0]), [])
})

for (const [what, properties] of Object.entries({
  'a VPN': { Type: 'vpn' },
  'a WireGuard tunnel': { Type: 'wireguard' },
  'what another program set up': { StateFlags: 0x80 | 0x4c },
})) {
  test(`${what} does not count`, () => assert.equal(counted(withConnection(properties)), []))
}

const variant = (data: unknown) => ({ data })
const defaults = { 'ignore-auto-dns': false, 'dns-priority': 0, dns: null }
const of = (family: string, fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${family}.${name}`, value]))

test('what a connection does not say has its default', () => {
  const connection = { ipv4: { method: variant('auto') }, ipv6: { method: variant('auto') } }
  assert.equal(fieldsOf(connection), { ...of('ipv4', defaults), ...of('ipv6', defaults) })
  assert.equal(fieldsOf({}), { ...of('ipv4', defaults), ...of('ipv6', defaults) })
})

test('servers are texts since 1.42, as recorded', () => {
  const connection = {
    ipv4: {
      dns: variant([1677792172]),
      'dns-data': variant(['172.19.1.100']),
      'dns-priority': variant(-50),
      'ignore-auto-dns': variant(true),
    },
    ipv6: { 'dns-priority': variant(-50), 'ignore-auto-dns': variant(true) },
  }
  assert.equal(fieldsOf(connection), wantedFields('172.19.1.100'))
})

test('before, they were numbers and bytes (nm-settings-dbus(5) of 1.40)', () => {
  const connection = {
    ipv4: { dns: variant([1677792172, 33556746]) },
    ipv6: { dns: variant([[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]]) },
  }
  assert.equal(fieldsOf(connection), {
    ...of('ipv4', { ...defaults, dns: ['172.19.1.100', '10.9.0.2'] }),
    ...of('ipv6', { ...defaults, dns: ['fd00::7'] }),
  })
})

test('a server with an IPv6 address is told to that family, and the other one asks nobody', () => {
  const { 'ipv4.dns': four, 'ipv6.dns': six } = wantedFields('fd00::7')
  assert.equal([four, six], [null, ['fd00::7']])
})

test.run()
