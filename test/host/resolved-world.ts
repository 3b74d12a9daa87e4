import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { answerOf, connect, startBus, startDns, startResolved } from './daemons.ts'
import { put, startHost } from './host.ts'

/** Names of the cluster, as its DNS server has them. */
export const clusterZone = 'cluster.local'
export const here = { address: '127.0.0.1', port: 5300 } as const
export const elsewhere = { address: '172.19.1.100', port: 53 } as const

/**
 * A host with two cables: `up0` leads to the Internet, whose server knows `www.example.com`, `cluster0` to the
 * cluster's machine. There is a server for the cluster's names on both sides of that cable.
 */
export async function startResolvedWorld({ packages }: { packages?: string } = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'k2s-dns-host-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const { coredns } = await realServers(['coredns'])
  const host = await startHost(supervisor)
  put(host, '/etc/nsswitch.conf', 'hosts: files resolve [!UNAVAIL=return] dns\n')

  await connect(host, {
    link: 'up0',
    address: '10.9.0.1/24',
    netns: 'internet',
    otherAddress: '10.9.0.2/24',
  })
  await connect(host, {
    link: 'cluster0',
    address: '10.20.0.1/24',
    netns: 'cluster',
    otherAddress: '10.20.0.2/24',
  })
  await host.sh(`
    ip -n cluster address add ${elsewhere.address}/32 dev lo
    ip route add ${elsewhere.address} via 10.20.0.2
    ip route add default via 10.9.0.2`)
  const servers = {
    internet: await startDns(host, {
      name: 'internet',
      coredns,
      netns: 'internet',
      address: '10.9.0.2',
      zone: '.',
      hosts: { 'www.example.com': '203.0.113.1' },
    }),
    elsewhere: await startDns(host, {
      name: 'elsewhere',
      coredns,
      netns: 'cluster',
      address: elsewhere.address,
      zone: '.',
      hosts: { 'shop.cluster.local': '172.19.1.100', 'www.example.com': '203.0.113.99' },
    }),
    here: await startDns(host, {
      name: 'here',
      coredns,
      ...here,
      zone: clusterZone,
      hosts: { 'shop.cluster.local': '127.0.0.1' },
    }),
  }
  await startBus(host)
  const resolved = await startResolved(host, packages)
  const asDhcpWould = 'resolvectl dns up0 10.9.0.2'
  await host.sh(asDhcpWould)

  return {
    host,
    servers,
    resolved,
    answer: (name: string) => answerOf(host, name),
    /** A restart after which nothing is as somebody has set it. */
    async loseAll(): Promise<void> {
      await resolved.stop()
      await host.sh('rm -rf /run/systemd/resolve/netif')
      await resolved.start()
    },
    /** Every link's DNS, as `resolvectl` tells it, and the links. */
    state: () =>
      host.sh('resolvectl dns; resolvectl domain; resolvectl default-route; ip -brief link'),
    /** Whether a server was asked for a name so far. */
    wasAsked: (server: keyof typeof servers, name: string) =>
      readFileSync(servers[server].logFile, 'utf8').includes(` ${name}. `),
    stop: () => supervisor.stop(),
  }
}
