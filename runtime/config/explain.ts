import type { z } from 'zod'

/** What a setting is and should be, in one line: `dns.zones = "A.local": it must be lower case …` */
export function explain(issue: z.core.$ZodIssue | undefined, given: unknown): string {
  const path = [...(issue?.path ?? [])]
  if (issue?.code === 'unrecognized_keys') path.push(...issue.keys.slice(0, 1))
  const shownPath = isOfRule(path)
    ? path.slice(0, 4)
    : path.filter((part) => typeof part === 'string')
  const key = keyOf(shownPath)
  return `${key} = ${shown(key, valueAt(given, shownPath))}: ${remedyFor(issue)}`
}

/** What lies there in settings, or in what was given for them; undefined if nothing does. */
export const valueAt = (settings: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((group, part) => (Object(group) as Record<PropertyKey, unknown>)[part], settings)

/** Of a list of objects the number of the one is told; other lists are shown as a whole. */
const isOfRule = ([group, name, at]: readonly PropertyKey[]) =>
  group === 'policy' && name === 'rules' && typeof at === 'number'

/** `policy.rules`, 1, `action` → `policy.rules, rule 2, action` */
function keyOf(path: readonly PropertyKey[]): string {
  if (!isOfRule(path)) return path.join('.')
  const [group, name, at, ...rest] = path
  return [`${String(group)}.${String(name)}`, `rule ${Number(at) + 1}`, ...rest].join(', ')
}

const remedyFor = (issue: z.core.$ZodIssue | undefined) =>
  issue?.code === 'unrecognized_keys'
    ? 'there is no such setting, see k2s-dns run --help'
    : issue?.message

/** Passwords are not shown, those of a URL neither. */
function shown(key: string, value: unknown): string {
  const hidden = (name: string, inner: unknown) => (/password/i.test(name) ? '(secret)' : inner)
  if (hidden(key, undefined)) return '(secret)'
  return (JSON.stringify(value, hidden) ?? 'nothing').replaceAll(/\/\/[^/"]*@/g, '//(secret)@')
}
