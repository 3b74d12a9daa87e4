import { execFile } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { findOnPath } from '../../../deploy/local/find-on-path.ts'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import { until } from '../../../deploy/local/until.ts'

/**
 * The network of a cluster: a node, which is this machine, and pods, each in a network namespace of its own. All of
 * it hangs on one process, in whose namespace the bridge is: with that process the kernel removes everything, so
 * that nothing can be left behind, however a test ends. Only root may make it.
 */
export interface Network {
  /** What this machine has of it: a link, that goes when nothing is left. */
  readonly link: string
  /** Address of the node, as pods see it. */
  readonly node: string
  /** Of Services, as CIDR; of them {@link Network.api} and {@link Network.dns} are addresses of the node. */
  readonly services: string
  /** Of the Service `kubernetes`. */
  readonly api: string
  /** Of the Service `kube-dns`. */
  readonly dns: string
  /** Gives a process with a network namespace of its own an address; it is free again when that namespace is. */
  attach(pid: number): Promise<string>
  release(address: string): void
}

export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin'

/** @throws Error that says what is missing: root, Linux, or a program */
export async function createNetwork(supervisor: Supervisor): Promise<Network> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('the test cluster makes network namespaces: run it as root on Linux')
  for (const program of ['ip', 'unshare', 'nsenter'])
    if (!findOnPath(program, systemPath))
      throw new Error(`the test cluster needs ${program}: install iproute2 and util-linux`)

  const holder = await supervisor.start({
    name: 'network',
    command: 'unshare',
    args: ['--net', 'sleep', 'infinity'],
    env: { PATH: systemPath },
    ready: async () => true,
  })
  await until('in its namespace', () => namespaceOf(holder.pid) !== namespaceOf(process.pid), {
    deadlineMs: 5_000,
  })
  const subnet = await reserveSubnet(holder.pid)
  const link = linkOf(subnet)
  const [node, api, dns] = [`198.18.${subnet}.1`, `198.19.${subnet}.1`, `198.19.${subnet}.10`]
  await ip(
    `address add ${node}/24 dev ${link}`,
    `address add ${api}/32 dev ${link}`,
    `address add ${dns}/32 dev ${link}`,
    `link set ${link} up`,
  )
  await ipIn(
    holder.pid,
    'link add pods type bridge',
    'link set node master pods up',
    'link set pods up',
  )

  const taken = new Set<string>()
  let last = 1
  function nextAddress(): string {
    if (taken.size > 250) throw new Error('more than 250 pods at a time')
    do last = last < 254 ? last + 1 : 2
    while (taken.has(`198.18.${subnet}.${last}`))
    return `198.18.${subnet}.${last}`
  }

  return {
    link,
    node,
    services: `198.19.${subnet}.0/24`,
    api,
    dns,
    async attach(pid) {
      const address = nextAddress()
      taken.add(address)
      const end = `pod${last}`
      await ip(`link add eth0 netns ${pid} type veth peer name ${end} netns ${holder.pid}`)
      await ipIn(holder.pid, `link set ${end} master pods up`)
      await ipIn(
        pid,
        `address add ${address}/24 dev eth0`,
        'link set lo up',
        'link set eth0 up',
        `route add default via ${node}`,
      )
      return address
    },
    release: (address) => void taken.delete(address),
  }
}

/** 198.18.0.0/15 is for tests of networks (RFC 2544), so it is nobody's. */
const linkOf = (subnet: number) => `k2s-dns-${subnet}`

/** The name of the node's link says which is taken, among all clusters of this machine. */
async function reserveSubnet(holder: number): Promise<number> {
  const first = Math.floor(Math.random() * 256)
  for (let step = 0; step < 256; step++) {
    const subnet = (first + step) % 256
    try {
      await ip(`link add ${linkOf(subnet)} type veth peer name node netns ${holder}`)
      return subnet
    } catch (error) {
      if (!String(error).includes('File exists')) throw error
    }
  }
  throw new Error('256 test clusters run already')
}

const namespaceOf = (pid: number) => readlinkSync(`/proc/${pid}/ns/net`)

const ip = (...lines: readonly string[]) => run('ip', ['-batch', '-'], lines)

const ipIn = (pid: number, ...lines: readonly string[]) =>
  run('nsenter', ['--target', String(pid), '--net', 'ip', '-batch', '-'], lines)

const run = (program: string, args: readonly string[], lines: readonly string[]) =>
  new Promise<void>((resolve, reject) => {
    const child = execFile(program, args, { env: { PATH: systemPath } }, (error, _, stderr) => {
      if (error) reject(new Error(`ip ${lines.join('; ')}: ${stderr.trim()}`))
      else resolve()
    })
    child.stdin?.end(`${lines.join('\n')}\n`)
  })
