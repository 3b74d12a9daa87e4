import { type Glob, parseGlob, type Wrong } from '../../functions/names/policy/glob.ts'
import { parseTargetPattern } from '../../functions/names/policy/networks.ts'
import type { Policy } from '../../functions/names/policy/policy.ts'
import type { Action, Rule } from '../../functions/names/policy/rules.ts'

/** What is allowed where nothing is configured, but for what is given. */
export const aPolicy = (given: Partial<Policy> = {}): Policy => ({
  zones: ['cluster.local'],
  clusterDomain: 'cluster.local',
  searchDomains: ['cluster.local'],
  rules: [],
  otherwise: 'allow',
  searchPath: 'deny',
  targets: { allow: [], deny: [] },
  minTtlSeconds: 1,
  limits: { keepNames: false },
  ...given,
})

/** `allow('**.cluster.local', 'team-*')`: hosts, then namespaces, each a list with blanks between. */
const rule =
  (action: Action) =>
  (hosts = '**', namespaces = '*'): Rule => ({
    action,
    hosts: hosts.split(' ').map(glob),
    namespaces: namespaces.split(' ').map(glob),
  })
export const allow = rule('allow')
export const deny = rule('deny')

export const glob = (text: string): Glob => right(parseGlob(text))
export const targetPattern = (text: string): Glob => right(parseTargetPattern(text))

function right(parsed: Glob | Wrong): Glob {
  if ('wrong' in parsed) throw new Error(parsed.wrong)
  return parsed
}
