import * as assert from 'uvu/assert'
import { type Etcd, startEtcd, type TlsFiles } from '../../deploy/local/etcd.ts'
import { freePorts, loopback } from '../../deploy/local/free-ports.ts'
import type { Supervisor } from '../../deploy/local/supervisor.ts'
import { eventually } from './eventually.ts'

/** Three etcd members that are one store. */
export interface EtcdCluster {
  readonly members: readonly Etcd[]
  readonly endpoints: readonly string[]
  /** The members' leader of now, as the others see it, and those that follow it. */
  roles(): Promise<{ readonly leader: Etcd; readonly followers: readonly Etcd[] }>
}

const names = ['etcd-1', 'etcd-2', 'etcd-3']

const peerArgs = ({ ca, cert, key }: TlsFiles) => [
  `--peer-cert-file=${cert}`,
  `--peer-key-file=${key}`,
  `--peer-trusted-ca-file=${ca}`,
  '--peer-client-cert-auth',
]

interface Status {
  readonly header: { readonly member_id: string }
  readonly leader: string
}

export async function startEtcdCluster(options: {
  readonly etcd: string
  readonly supervisor: Supervisor
  /** Of a member, to its clients and to the others, as kubeadm has it for both; default: none. */
  readonly tlsOf?: (name: string) => TlsFiles
}): Promise<EtcdCluster> {
  const { tlsOf } = options
  const ports = await freePorts(names.length)
  const scheme = tlsOf ? 'https' : 'http'
  const peers = names.map((name, i) => ({ name, url: `${scheme}://${loopback}:${ports[i]}` }))
  const initial = peers.map(({ name, url }) => `${name}=${url}`).join(',')
  const members = await Promise.all(
    peers.map(({ name, url }) =>
      startEtcd({
        ...options,
        name,
        ...(tlsOf && { tls: tlsOf(name) }),
        args: [
          ...(tlsOf ? peerArgs(tlsOf(name)) : []),
          `--listen-peer-urls=${url}`,
          `--initial-advertise-peer-urls=${url}`,
          `--initial-cluster=${initial}`,
          '--heartbeat-interval=50',
          '--election-timeout=500',
        ],
      }),
    ),
  )

  async function statusOf({ endpoint }: Etcd): Promise<Status> {
    const init = { method: 'POST', body: '{}', signal: AbortSignal.timeout(2_000) }
    return (await (await fetch(`${endpoint}/v3/maintenance/status`, init)).json()) as Status
  }

  return {
    members,
    endpoints: members.map(({ endpoint }) => endpoint),
    roles: () =>
      eventually(async () => {
        const all = await Promise.all(members.map(statusOf))
        const leader = members.find((_, i) =>
          all.every((each) => each.leader === all[i]?.header.member_id),
        )
        assert.ok(leader, 'they have no leader')
        return { leader, followers: members.filter((each) => each !== leader) }
      }),
  }
}
