import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { startDns } from './daemons.ts'
import { put, startHost } from './host.ts'

export const kubeDns = '172.21.0.10'
export const dnsmasq = '172.19.1.100'
export const dnsproxy = '172.19.1.1'
const hostsOwn = '10.0.0.53'

/** What K2s writes into /etc/dnsmasq.conf (common-setup.module.psm1), with an address where it names links. */
const dnsmasqConf = `server=/cluster.local/${kubeDns}
server=${dnsproxy}
listen-address=${dnsmasq}
`

/** What Install-WinDnsProxy of K2s writes (dnsproxy.module.psm1), blanks at the ends included. */
const dnsproxyYaml = `---
listen-addrs:
# __ADD_LISTEN_ADDRESSES_BELOW_THIS_MARKER__
  - "${dnsproxy}"
upstream: 
  - "[/local/]${dnsmasq}" 
  - "${hostsOwn}" 
`

const zones = ['cluster.local', 'registry.local', 'example.internal']

/** The DNS of a K2s, all on one host: CoreDNS ← dnsmasq ⇄ dnsproxy → the Internet. */
export async function startK2sWay() {
  const directory = await mkdtemp(path.join(tmpdir(), 'k2s-dns-way-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const programs = await realServers(['coredns', 'dnsproxy'])
  const host = await startHost(supervisor)
  for (const address of [kubeDns, dnsmasq, dnsproxy, hostsOwn]) {
    await host.sh(`ip address add ${address}/32 dev lo`)
  }
  let serial = 0

  /** The zones as CoreDNS serves them from now on, with the SOA record of its etcd plugin. */
  const names = new Set(['k2s.cluster.local'])
  function writeZones(): void {
    serial++
    for (const zone of zones) {
      const soa = `${zone}. 30 IN SOA ns.dns.${zone}. hostmaster.${zone}. ${serial} 7200 1800 86400 30`
      const records = [...names].filter((name) => name.endsWith(`.${zone}`))
      put(host, `/run/${zone}.zone`, [soa, ...records.map(record), ''].join('\n'))
    }
  }
  writeZones()
  const blocks = zones.map(
    (zone) =>
      `${zone} {\n  bind ${kubeDns}\n  file /run/${zone}.zone {\n    reload 100ms\n  }\n}\n`,
  )
  put(host, '/run/Corefile', blocks.join(''))
  await host.daemon({
    name: 'coredns',
    command: [programs.coredns, '-conf', '/run/Corefile'],
    ready: listens(kubeDns),
  })
  await startDns(host, {
    name: 'internet',
    coredns: programs.coredns,
    address: hostsOwn,
    zone: '.',
    hosts: { 'www.example.com': '203.0.113.1' },
  })
  put(host, '/run/dnsmasq.conf', dnsmasqConf)
  put(host, '/run/dnsproxy.yaml', dnsproxyYaml)
  const forwarders = [
    await host.daemon({
      name: 'dnsmasq',
      command: [
        ...([
          'dnsmasq',
          '--keep-in-foreground',
          '--user=root',
          '--no-hosts',
          '--no-resolv',
        ] as const),
        ...['--bind-interfaces', '--pid-file=/run/dnsmasq.pid', '--conf-file=/run/dnsmasq.conf'],
      ],
      ready: listens(dnsmasq),
    }),
    await host.daemon({
      name: 'dnsproxy',
      command: [programs.dnsproxy, '--config-path=/run/dnsproxy.yaml'],
      ready: listens(dnsproxy),
    }),
  ]

  return {
    host,
    /** An address, or the code of the fault: ENOTFOUND for a name that is denied. */
    async ask(server: string, name: string): Promise<string> {
      const { stdout } = await host.run(process.execPath, ['-e', asking, server, name], {
        signal: host.signal,
      })
      return stdout
    },
    addName(name: string): void {
      names.add(name)
      writeZones()
    },
    /** As docs/host.md says. */
    async configure(lines: { readonly dnsmasq: string; readonly dnsproxy: string }): Promise<void> {
      put(host, '/run/dnsmasq.conf', dnsmasqConf + lines.dnsmasq)
      const above = `  - "[/local/]`
      put(host, '/run/dnsproxy.yaml', dnsproxyYaml.replace(above, `${lines.dnsproxy}\n${above}`))
      for (const forwarder of forwarders) {
        await forwarder.stop()
        await forwarder.start()
      }
    },
    dnsproxyYaml: () => readFileSync(host.path('/run/dnsproxy.yaml'), 'utf8'),
    stop: () => supervisor.stop(),
  }
}

const record = (name: string) => `${name}. 30 IN A ${dnsmasq}`
const listens = (address: string) => `ss -Hlnu 'sport = :53' | grep -q ${address}:53`

/** A program of its own, since the host's network is not that of the tests. */
const asking = `
  const resolver = new (require('node:dns').promises.Resolver)({ timeout: 1500, tries: 1 })
  const [server, name] = process.argv.slice(1)
  resolver.setServers([server])
  resolver.resolve4(name).then(([address]) => address, ({ code }) => code).then((text) => process.stdout.write(text))`
