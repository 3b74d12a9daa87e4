import { clusterStopping, defineFunction } from '../runtime/function.ts'

/**
 * The cluster stops: what was asked for until now is in etcd before the answer. Names stay as they are, and CoreDNS goes
 * on serving them until it ends with the cluster.
 */
export const onClusterStop = defineFunction({
  name: 'on-cluster-stop',
  on: clusterStopping,
  handle: async (_, { work }) => ({ ...(await work.drain()), coredns: 'goes on serving' }),
})
