import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { answerOf, connect, startBus, startDhcp, startDns, startNetworkManager } from './daemons.ts'
import { type Daemon, put, startHost } from './host.ts'

export const clusterServer = { address: '172.19.1.100', port: 53 } as const
export const connectionFile = '/etc/NetworkManager/system-connections/wired.nmconnection'

export type DnsMode = 'default' | 'dnsmasq' | 'systemd-resolved'

/** A host whose one cable leads to a network with DHCP, the Internet's DNS server and the cluster's. */
export async function startNetworkManagerWorld() {
  const directory = await mkdtemp(path.join(tmpdir(), 'k2s-dns-host-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const { coredns } = await realServers(['coredns'])
  const host = await startHost(supervisor)
  put(host, '/etc/nsswitch.conf', 'hosts: files dns\n')
  await connect(host, { link: 'up0', netns: 'internet', otherAddress: '10.9.0.2/24' })
  await host.sh(`ip -n internet address add ${clusterServer.address}/32 dev lo`)
  await startDhcp(host, { netns: 'internet', address: '10.9.0.2', range: '10.9.0.10,10.9.0.50' })
  await startDns(host, {
    name: 'internet',
    coredns,
    netns: 'internet',
    address: '10.9.0.2',
    zone: '.',
    hosts: { 'www.example.com': '203.0.113.1' },
  })
  await startDns(host, {
    name: 'cluster',
    coredns,
    netns: 'internet',
    address: clusterServer.address,
    zone: '.',
    hosts: { 'shop.cluster.local': '172.19.1.100', 'www.example.com': '203.0.113.99' },
  })
  await startBus(host)
  wire(host, 'up0', 'Wired: one')
  let daemon: Daemon | undefined

  return {
    host,
    answer: (name: string) => answerOf(host, name),
    /** NetworkManager, anew, with one of its ways to have names answered; connected. */
    async startWith(mode: DnsMode): Promise<Daemon> {
      await daemon?.stop()
      await host.sh('rm -f /etc/resolv.conf; touch /etc/resolv.conf')
      put(host, '/etc/NetworkManager/NetworkManager.conf', config(mode))
      if (daemon) await daemon.start()
      daemon ??= await startNetworkManager(host)
      return daemon
    },
    stop: () => supervisor.stop(),
  }
}

/** A connection's file, as an administrator writes it. */
export function wire(
  host: Awaited<ReturnType<typeof startHost>>,
  link: string,
  id: string,
  name = 'wired',
): void {
  const text = [
    '[connection]',
    `id=${id}`,
    'type=ethernet',
    `interface-name=${link}`,
    '[ipv4]',
    'method=auto',
    '[ipv6]',
    'method=auto',
    '',
  ].join('\n')
  put(host, `/etc/NetworkManager/system-connections/${name}.nmconnection`, text, 0o600)
}

const config = (mode: DnsMode): string =>
  ['[main]', 'plugins=keyfile', `dns=${mode}`, 'rc-manager=file', 'no-auto-default=*', ''].join(
    '\n',
  )
