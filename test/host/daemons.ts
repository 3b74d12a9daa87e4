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

export const startResolved = (host: Host) =>
  host.daemon({
    name: 'systemd-resolved',
    command: ['/usr/lib/systemd/systemd-resolved'],
    ready: isOwned('org.freedesktop.resolve1'),
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
