import { nameKinds } from '../functions/names/kinds/index.ts'
import type { NameKind } from '../functions/names/kinds/kind.ts'
import { policyOf } from './config/policy.ts'
import { askSettingsOf } from './config/sources.ts'
import type { Config } from './config.ts'
import type { Settings } from './function.ts'

/** The kinds of objects that are read. */
export const kindsOn = ({ sources }: Pick<Config, 'sources'>): readonly NameKind[] =>
  nameKinds.filter(({ kind, versions }) =>
    versions.length > 0 ? sources.kinds.includes(kind) : sources.hostsFile !== undefined,
  )

/** What functions are told of the configuration. */
export const settingsOf = (config: Config): Settings => ({
  ...askSettingsOf(config),
  policy: policyOf(config),
})

/** Whose names the store keeps, and where. */
export const namingOf = ({ instance, dns }: Pick<Config, 'instance' | 'dns'>) => ({
  instance,
  zones: dns.zones,
  recordPrefix: dns.prefix,
})
