import { certRotated, defineFunction } from '../runtime/function.ts'

/**
 * The etcd client certificate was renewed: we go on with the new one, and nothing in flight is lost.
 * @throws RetryLater if etcd does not take it; the old connection is kept until it does
 */
export const onCertRotated = defineFunction({
  name: 'on-cert-rotated',
  on: certRotated,
  async handle(_, { records }) {
    await records.reconnect()
    return { reconnected: true }
  },
})
