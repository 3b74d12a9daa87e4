import { fileURLToPath } from 'node:url'
import type { Wish } from '../../runtime/effects/adapters/driver.ts'
import type { Daemon, Host } from './host.ts'

const main = fileURLToPath(new URL('../../runtime/main.ts', import.meta.url))
const hours = 6 * 3_600_000

/** `k2s-dns` as it is run on a host, with one wish. */
export function hostCommands(host: Host, { mode, zones, server }: Wish) {
  const settings = [
    `--host.mode=${mode}`,
    `--host.server=${server.address}:${server.port}`,
    `--dns.zones=${zones.join(',')}`,
    '--host.prove.names=shop.cluster.local',
    '--host.prove.public=www.example.com',
    `--host.prove.deadlineMs=3000`,
    `--host.pollMs=${hours}`, // what is mended is mended because it was told
  ]
  const words = (...args: readonly string[]) => [process.execPath, main, ...args, ...settings]

  async function run(...args: readonly string[]) {
    const [program = '', ...rest] = words(...args)
    const { code, stdout, stderr } = await host.run(program, rest, {
      signal: host.signal,
      timeoutMs: 60_000,
    })
    return { code, text: `${stdout}${stderr}` }
  }

  return {
    start: () => run('cluster', 'start', '--only=host'),
    stop: () => run('cluster', 'stop', '--only=host'),
    restore: () => run('restore'),
    doctor: () => run('doctor'),
    /** `k2s-dns host`, until it is stopped. */
    look: (): Promise<Daemon> =>
      host.daemon({
        name: 'k2s-dns-host',
        command: ['sh', '-c', 'exec "$@"', 'k2s-dns', ...words('host')],
        ready: 'true',
      }),
  }
}
