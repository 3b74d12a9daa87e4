import { corednsChanged, defineFunction } from '../runtime/function.ts'

/**
 * Somebody else changed CoreDNS's configuration (kubeadm's upgrade, a platform's add-on): it serves our names again, if a
 * cluster start has made it do so before.
 * @throws GiveUp if it can't, RetryLater if the API server, etcd or CoreDNS does not answer
 */
export const onCoreDnsChanged = defineFunction({
  name: 'on-coredns-changed',
  on: corednsChanged,
  handle: async (_, { coredns, signal }) => ({ ...(await coredns.mend(signal)) }),
})
