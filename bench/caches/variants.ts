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

const noDenials = `disable denial ${zone}`

/** Lines of the server block, by what one would call them. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  'no cache': [],
  'cache 30 (kubeadm before, k3s)': ['cache 30'],
  'disable success and denial (kubeadm now)': cache(30, `disable success ${zone}`, noDenials),
  'disable denial (ours)': cache(30, noDenials),
  'denial 9984 1 (ours, CoreDNS before 1.9.4)': cache(30, 'denial 9984 1'),
  'ours, serve_stale': cache(30, noDenials, 'serve_stale'),
  'ours, serve_stale 1h verify': cache(30, noDenials, 'serve_stale 1h verify'),
  'ours, serve_stale 1h verify 500ms': cache(30, noDenials, 'serve_stale 1h verify 500ms'),
  'cache 1, the same': cache(1, noDenials, 'serve_stale 1h verify 500ms'),
}

function cache(seconds: number, ...options: readonly string[]): readonly string[] {
  return [`cache ${seconds} {`, ...options.map((each) => `  ${each}`), '}']
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
