import { clusterStarted, defineFunction, reconcileDue } from '../runtime/function.ts'

/**
 * The cluster started: the record store fits us, the names are those of today, and CoreDNS serves them.
 * @throws RetryLater if the store, the API server or CoreDNS does not answer, GiveUp if the store's layout is newer or
 * CoreDNS can't be made to serve: the names are in the store all the same
 */
export const onClusterStart = defineFunction({
  name: 'on-cluster-start',
  on: clusterStarted,
  async handle(_, { records, coredns, work, signal }) {
    await records.check()
    const handled = await work.request(reconcileDue)
    return { ...(await coredns.configure(signal)), handled }
  },
})
