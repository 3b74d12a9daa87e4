import type { Config } from './config.ts'
import type { Settings } from './function.ts'

/** What functions are told of the configuration. */
export const settingsOf = ({ dns, targets }: Config): Settings => ({
  policy: { zones: dns.zones, clusterDomain: dns.clusterDomain },
  defaultTargets: targets.default,
  ttlSeconds: dns.ttlSeconds,
})

/** Whose names the store keeps, and where. */
export const namingOf = ({ instance, dns }: Pick<Config, 'instance' | 'dns'>) => ({
  instance,
  zones: dns.zones,
  recordPrefix: dns.prefix,
})
