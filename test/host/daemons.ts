import type { Host } from './host.ts'
import { put } from './host.ts'

const isOwned = (name: string) =>
  `busctl --json=short call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus NameHasOwner s ${name} | grep -q true`

export const startBus = (host: Host) =>
  host.daemon({
    name: 'dbus-daemon',
    command: ['dbus-daemon', '--system', '--nofork', '--nopidfile', '--nosyslog'],
    ready: 'busctl list >/dev/null',
  })

/** @param packages of another release, with the libraries that they need; default: the host's own */
export function startResolved(host: Host, packages?: string) {
  const program = '/usr/lib/systemd/systemd-resolved'
  return host.daemon({
    name: 'systemd-resolved',
    command: packages === undefined ? [program] : withLibrariesOf(packages, program),
    ready: isOwned('org.freedesktop.resolve1'),
  })
}

function withLibrariesOf(packages: string, program: string): [string, ...string[]] {
  const folder = `${packages}/usr/lib/x86_64-linux-gnu`
  const libraries = `${folder}:${folder}/systemd`
  return [`${folder}/ld-linux-x86-64.so.2`, '--library-path', libraries, `${packages}${program}`]
}

export const startNetworkManager = (host: Host) =>
  host.daemon({
    name: 'network-manager',
    command: ['NetworkManager', '--no-daemon'],
    ready: 'LC_ALL=C nmcli --terse --fields DEVICE,STATE device | grep -qx up0:connected',
  })

export interface DhcpSpec {
  readonly netns: string
  /** Its own, which it also tells to be the router and the DNS server. */
  readonly address: string
  readonly range: string
}

export const startDhcp = (host: Host, { netns, address, range }: DhcpSpec) =>
  host.daemon({
    name: `dhcp-${netns}`,
    command: [
      ...(['ip', 'netns', 'exec', netns, 'dnsmasq', '--keep-in-foreground', '--port=0'] as const),
      ...['--conf-file=/dev/null', '--pid-file=', '--user=root', `--dhcp-range=${range},2m`],
      ...[`--dhcp-option=option:dns-server,${address}`, `--dhcp-option=option:router,${address}`],
      `--dhcp-leasefile=/run/dhcp-${netns}.leases`,
    ],
    ready: `ip netns exec ${netns} ss -Hlnu 'sport = :67' | grep -q :67`,
  })

export interface Cable {
  /** The host's link, and the netns at its other end. */
  readonly link: string
  readonly netns: string
  /** Of the link; without it somebody else gives it one. */
  readonly address?: string
  readonly otherAddress: string
}

/** Another computer, by a cable. */
export async function connect(host: Host, cable: Cable): Promise<void> {
  const { link, netns, address, otherAddress } = cable
  await host.sh(`
    mkdir -p /run/netns && ip netns add ${netns}
    ip link add ${link} type veth peer name eth0 netns ${netns}
    ip -n ${netns} link set lo up && ip -n ${netns} link set eth0 up
    ip -n ${netns} address add ${otherAddress} dev eth0
    ip link set ${link} up`)
  if (address) await host.sh(`ip address add ${address} dev ${link}`)
}

export interface DnsSpec {
  readonly name: string
  readonly coredns: string
  /** default: the host itself */
  readonly netns?: string
  readonly address: string
  readonly port?: number
  readonly zone: string
  /** name → address */
  readonly hosts: Readonly<Record<string, string>>
}

/** A CoreDNS with names of its own; it logs each question. */
export function startDns(host: Host, spec: DnsSpec) {
  const { name, coredns, netns, address, port = 53, zone, hosts } = spec
  const corefile = `/run/${name}.Corefile`
  const lines = Object.entries(hosts).map(([each, to]) => `    ${to} ${each}`)
  const text = [
    `${zone}:${port} {`,
    `  bind ${address}`,
    '  log',
    ...(netns === undefined ? ['  health :8080'] : []),
    '  hosts {',
    ...lines,
    '  }',
    '}',
    '',
  ].join('\n')
  put(host, corefile, text)
  const into = netns === undefined ? [] : ['ip', 'netns', 'exec', netns]
  const [program = coredns, ...args] = [...into, coredns, '-conf', corefile]
  const there = netns === undefined ? '' : `ip netns exec ${netns} `
  return host.daemon({
    name,
    command: [program, ...args],
    ready: `${there}ss -Hlnu 'sport = :${port}' | grep -q ${address}`,
  })
}

/** What getaddrinfo has for a name, in a program of its own. */
export async function answerOf(host: Host, name: string): Promise<string> {
  const { stdout } = await host.run('getent', ['ahostsv4', name], { signal: host.signal })
  return stdout.split(/\s/, 1)[0] || 'no answer'
}
