import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import type { CommandResult } from '../../runtime/clients/command.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { connect, startDns } from './daemons.ts'
import { put, startHost } from './host.ts'

/** The cluster's DNS server, which also knows the names of the Internet. */
export const server = '127.0.0.9'
export const atHome = 'search corp.example\nnameserver 10.9.0.2\n# by hand\noptions timeout:1'

const main = path.join(import.meta.dirname, '..', '..', 'runtime', 'main.ts')
const file = '/etc/resolv.conf'

/** A host without any daemon for DNS: its C library reads a file. `k2s-dns` runs on it, as a hook would run it. */
export async function startFileWorld() {
  const directory = await mkdtemp(path.join(tmpdir(), 'k2s-dns-host-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  const { coredns } = await realServers(['coredns'])
  const host = await startHost(supervisor)
  put(host, '/etc/nsswitch.conf', 'hosts: files dns\n')
  await connect(host, {
    link: 'up0',
    address: '10.9.0.1/24',
    netns: 'internet',
    otherAddress: '10.9.0.2/24',
  })
  await startDns(host, {
    name: 'internet',
    coredns,
    netns: 'internet',
    address: '10.9.0.2',
    zone: '.',
    hosts: { 'www.example.com': '203.0.113.1' },
  })
  const cluster = await startDns(host, {
    name: 'cluster',
    coredns,
    address: server,
    zone: '.',
    hosts: { 'shop.cluster.local': '172.19.1.100', 'www.example.com': '203.0.113.1' },
  })
  const flags = [
    ...['--host.server', server, '--mode=all', '--http.port=1'],
    ...['--host.prove.names=shop.cluster.local', '--host.prove.public=www.example.com'],
  ]

  async function k2sDns(args: readonly string[], signal = host.signal): Promise<CommandResult> {
    return host.run(process.execPath, [main, ...args], { signal, timeoutMs: 120_000 })
  }

  return {
    host,
    cluster,
    flags,
    k2sDns,
    asNobody: (args: readonly string[]) =>
      host.run('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, main, ...args], {
        signal: host.signal,
        timeoutMs: 60_000,
      }),
    /** `cluster start` or `stop`, of the host's part only; the last of a flag counts. */
    tell: (operand: 'start' | 'stop', ...more: readonly string[]) =>
      k2sDns(['cluster', operand, '--only=host', ...flags, ...more]),
    /** As the host reads it: a link leads elsewhere for us. */
    resolvConf: () => host.sh(`cat ${file}`),
    write: (text: string) => put(host, file, text),
    /** A plain file again, whatever a test has left. */
    async reset() {
      await host.sh(`umount ${file} 2>/dev/null || true; rm -f ${file}`)
      put(host, file, atHome)
    },
    async answer(name: string): Promise<string> {
      const { stdout } = await host.run('getent', ['ahostsv4', name], { signal: host.signal })
      return stdout.split(/\s/, 1)[0] || 'no answer'
    },
    stop: () => supervisor.stop(),
  }
}
