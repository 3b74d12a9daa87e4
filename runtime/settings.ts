import { targetSources } from '../functions/names/kinds/kind.ts'
import { policyOf } from './config/policy.ts'
import type { Config } from './config.ts'
import type { Settings } from './function.ts'

/** What functions are told of the configuration. */
export const settingsOf = (config: Config): Settings => ({
  policy: policyOf(config),
  ttlSeconds: config.dns.ttlSeconds,
  targets: { order: targetSources, default: config.targets.default, controllers: new Map() },
})

/** Whose names the store keeps, and where. */
export const namingOf = ({ instance, dns }: Pick<Config, 'instance' | 'dns'>) => ({
  instance,
  zones: dns.zones,
  recordPrefix: dns.prefix,
})
