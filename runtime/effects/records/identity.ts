import { z } from 'zod'
import type { Keys } from '../../../functions/names/records/keys.ts'
import type { EtcdClient } from '../../clients/etcd.ts'
import { RetryLater } from '../../errors.ts'
import { json } from './documents.ts'
import type { View } from './draft.ts'
import type { GroupCommit } from './group-commit.ts'

type Reader = Pick<EtcdClient, 'read'>

export interface Cluster {
  /** Of the namespace kube-system: the nearest thing to a cluster's identity that Kubernetes has. */
  readonly uid: string
  readonly era: number
}

const clusterSchema = z.object({ uid: z.string(), era: z.number().int() })

/** Which cluster this instance's names come from: the given one if none was noted yet. */
export async function enrolledCluster(
  etcd: Reader,
  commits: GroupCommit,
  keys: Keys,
  uid: string,
): Promise<Cluster> {
  const stored = (await etcd.read([keys.cluster])).get(keys.cluster)
  return read(keys, stored?.value) ?? commits.transact((view) => noteCluster(view, keys, uid))
}

function noteCluster(view: View, keys: Keys, uid: string): Cluster {
  const cluster = read(keys, view.get(keys.cluster)) ?? { uid, era: 0 }
  view.put(keys.cluster, JSON.stringify(cluster))
  return cluster
}

/** Begins a new era, in which whatever is stored counts as older than what the cluster says now. */
export const beginEra = (commits: GroupCommit, keys: Keys, uid: string): Promise<Cluster> =>
  commits.transact((view) => {
    const era = (read(keys, view.get(keys.cluster))?.era ?? 0) + 1
    view.put(keys.cluster, JSON.stringify({ uid, era }))
    return { uid, era }
  })

function read(keys: Keys, text: string | undefined): Cluster | undefined {
  if (text === undefined) return undefined
  const parsed = clusterSchema.safeParse(json(text))
  if (parsed.success) return parsed.data
  throw new RetryLater(
    `the key ${keys.cluster} in etcd is not what k2s-dns wrote there, and without its era no event can be ` +
      `ordered: restore it, or delete it if no other key is below ${keys.owners}`,
  )
}
