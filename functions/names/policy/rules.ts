import type { Glob } from './glob.ts'

export type Action = 'allow' | 'deny'

/** Who may have which names, or may not: it speaks of a claim whose namespace and host it both matches. */
export interface Rule {
  readonly namespaces: readonly Glob[]
  readonly hosts: readonly Glob[]
  readonly action: Action
}

/** The first rule that speaks of a claim decides; its number counts from 1. */
export function decidingRule(
  rules: readonly Rule[],
  namespace: string,
  host: string,
): { readonly rule: Rule; readonly number: number } | undefined {
  const speaks = ({ namespaces, hosts }: Rule) => any(namespaces, namespace) && any(hosts, host)
  const rule = rules.find(speaks)
  return rule && { rule, number: rules.indexOf(rule) + 1 }
}

const any = (globs: readonly Glob[], name: string) => globs.some((glob) => glob.matches(name))

/** `deny to namespaces team-*, hosts **.cluster.local` */
export const sayRule = ({ namespaces, hosts, action }: Rule): string =>
  `${action} to namespaces ${texts(namespaces)}, hosts ${texts(hosts)}`

const texts = (globs: readonly Glob[]) => globs.map(({ text }) => text).join(', ')
