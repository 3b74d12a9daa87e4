import { type CoreDns, startCoreDns } from '../../deploy/local/coredns.ts'
import type { Etcd } from '../../deploy/local/etcd.ts'
import type { Supervisor } from '../../deploy/local/supervisor.ts'

export const zone = 'cluster.local'

/** A CoreDNS that differs from the others in what its cache is told. */
export interface Variant {
  readonly name: string
  readonly server: string
  readonly dns: CoreDns
}

/** Lines of the server block, by what one would call them. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  'no cache': [],
  'cache 30 (kubeadm before, k3s)': ['cache 30'],
  'disable success, disable denial (kubeadm now)': block(
    `disable success ${zone}`,
    `disable denial ${zone}`,
  ),
  'disable denial (ours)': block(`disable denial ${zone}`),
  'denial 9984 1 (ours, CoreDNS before 1.9.4)': block('denial 9984 1'),
  'ours, serve_stale': block(`disable denial ${zone}`, 'serve_stale'),
  'ours, serve_stale 1h verify': block(`disable denial ${zone}`, 'serve_stale 1h verify'),
  'ours, serve_stale 1h verify 500ms': block(
    `disable denial ${zone}`,
    'serve_stale 1h verify 500ms',
  ),
}

function block(...options: readonly string[]): readonly string[] {
  return ['cache 30 {', ...options.map((each) => `  ${each}`), '}']
}

/** All of them, on one etcd. */
export function startVariants(options: {
  readonly coredns: string
  readonly supervisor: Supervisor
  readonly etcd: Etcd
}): Promise<readonly Variant[]> {
  const { etcd } = options
  return Promise.all(
    Object.entries(blocks).map(async ([name, lines], i) => {
      const corefile = (port: number) =>
        [
          `${zone}:${port} {`,
          'bind 127.0.0.1',
          ...lines,
          `etcd {\nendpoint ${etcd.endpoint}\n}`,
          '}\n',
        ].join('\n')
      const dns = await startCoreDns({ ...options, name: `caches-${i}`, corefile })
      return { name, dns, server: `${dns.address}:${dns.port}` }
    }),
  )
}
