import * as assert from 'uvu/assert'
import { type Etcd, startEtcd } from '../../deploy/local/etcd.ts'
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

interface Status {
  readonly header: { readonly member_id: string }
  readonly leader: string
}

export async function startEtcdCluster(options: {
  readonly etcd: string
  readonly supervisor: Supervisor
}): Promise<EtcdCluster> {
  const names = ['etcd-1', 'etcd-2', 'etcd-3']
  const ports = await freePorts(names.length)
  const peers = names.map((name, i) => ({ name, url: `http://${loopback}:${ports[i]}` }))
  const initial = peers.map(({ name, url }) => `${name}=${url}`).join(',')
  const members = await Promise.all(
    peers.map(({ name, url }) =>
      startEtcd({
        ...options,
        name,
        args: [
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
