import type { CoreDns, CoreDnsOutcome } from '../../function.ts'

const none: CoreDnsOutcome = {
  coredns: 'not configured by us',
  changed: [],
  notes: [],
  advice: [],
  asked: [],
}

/** For functions that are run where no CoreDNS is to be touched. */
export const noCoreDns: CoreDns = { configure: async () => none, mend: async () => none }
