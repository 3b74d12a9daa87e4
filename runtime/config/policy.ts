import { z } from 'zod'
import { type Glob, parseGlob, type Wrong } from '../../functions/names/policy/glob.ts'
import { parseTargetPattern } from '../../functions/names/policy/networks.ts'
import type { Policy } from '../../functions/names/policy/policy.ts'
import { list, number, parsedBy } from './values.ts'

const patterns = (parse: (text: string) => Glob | Wrong) => list(parsedBy(parse))

const names = patterns(parseGlob).refine((globs) => globs.length > 0, 'name at least one')
const action = z.enum(['allow', 'deny'])

const rule = z.strictObject({
  namespaces: names.prefault(['*']),
  hosts: names.prefault(['**']),
  action,
})

/** `policy.*`: what is taken over while we run. docs/policy.md explains it. */
export const policySchema = z.strictObject({
  rules: z.array(rule).default([]).meta({
    description: 'In the file only: who may have which names; the first rule that fits decides',
    fileOnly: true,
  }),
  otherwise: action.default('allow').describe('For claims of which no rule speaks: allow or deny'),
  searchPath: action
    .default('deny')
    .describe('For names that pods would take for one elsewhere: allow or deny'),
  targets: z.strictObject({
    allow: patterns(parseTargetPattern)
      .default([])
      .describe('Networks and patterns of names that targets must be of'),
    deny: patterns(parseTargetPattern)
      .default([])
      .describe('Networks and patterns of names that no target may be of'),
  }),
  minTtlSeconds: number(z.number().int().min(1).max(86_400))
    .default(1)
    .describe('Shorter TTLs are raised to it'),
  namesPerNamespace: number(z.number().int().min(0))
    .optional()
    .describe('So many names a namespace may have; else any number'),
  mode: z
    .enum(['sync', 'upsert-only'])
    .default('sync')
    .describe('upsert-only: names are never taken away'),
})

export interface PolicySettings {
  readonly dns: Pick<Policy, 'zones' | 'clusterDomain'> & {
    readonly searchDomains?: readonly string[] | undefined
  }
  readonly policy: z.infer<typeof policySchema>
}

/** The policy as the settings have it. */
export function policyOf({ dns, policy }: PolicySettings): Policy {
  const { zones, clusterDomain, searchDomains = [clusterDomain] } = dns
  const { rules, otherwise, searchPath, targets, minTtlSeconds, namesPerNamespace, mode } = policy
  return {
    zones,
    clusterDomain,
    searchDomains,
    rules,
    otherwise,
    searchPath,
    targets,
    minTtlSeconds,
    limits: { namesPerNamespace, keepNames: mode === 'upsert-only' },
  }
}
