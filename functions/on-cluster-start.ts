import { clusterStarted, defineFunction, reconcileDue } from '../runtime/function.ts'

/**
 * The cluster started: the record store fits us, CoreDNS answers from it, and the names are those of today.
 * @throws RetryLater if the store or a DNS server does not answer, GiveUp if the store's layout is newer
 */
export const onClusterStart = defineFunction({
  name: 'on-cluster-start',
  on: clusterStarted,
  async handle(_, { records, coredns, work, signal }) {
    await records.check()
    const { asked } = await coredns.proveServing(signal)
    const handled = await work.request(reconcileDue)
    return { asked, handled }
  },
})
