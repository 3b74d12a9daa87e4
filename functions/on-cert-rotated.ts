import { certRotated, defineFunction } from '../runtime/function.ts'

/**
 * The certificates for etcd are others: we go on with them, then CoreDNS does, one pod after the other, and nothing in
 * flight is lost. What etcd does not take from us goes no further.
 * @throws RetryLater if etcd does not take them: the old ones are kept until it does; GiveUp if CoreDNS did not serve
 * with them, and has the old ones again
 */
export const onCertRotated = defineFunction({
  name: 'on-cert-rotated',
  on: certRotated,
  async handle(_, { records, coredns, signal }) {
    await records.reconnect()
    return { reconnected: true, ...(await coredns.mend(signal)) }
  },
})
