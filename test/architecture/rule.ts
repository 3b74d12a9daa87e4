import { matchesGlob } from 'node:path'
import type { Module } from './module.ts'

/** Globs are of paths from the root; `package` stands for all of it, `package#name` for a part. */
export interface Rule {
  readonly name: string
  readonly files: readonly string[]
  readonly except?: readonly string[]
  /** imports that are allowed; all others are not */
  readonly only?: readonly string[]
  /** imports that are not allowed */
  readonly never?: readonly string[]
  /** members of globals that are not allowed, `process.*` for all of an object */
  readonly unused?: readonly string[]
}

/** One line for each thing that breaks the rule. */
export function violations(rule: Rule, modules: readonly Module[]): string[] {
  const { files, except = [], only, never = [], unused = [] } = rule
  return modules
    .filter(({ path }) => matches(path, files) && !matches(path, except))
    .flatMap(({ path, imports, uses }) => [
      ...imports
        .filter((target) => (only && !matches(target, only)) || matches(target, never))
        .map((target) => `${path} imports ${target}`),
      ...uses.filter((use) => forbids(unused, use)).map((use) => `${path} uses ${use}`),
    ])
}

const matches = (target: string, globs: readonly string[]) =>
  globs.some(
    (glob) => matchesGlob(target, glob) || matchesGlob(target.split('#', 1)[0] ?? '', glob),
  )

/** `process.*` is used by whoever gives `process` another name. */
const forbids = (unused: readonly string[], use: string) =>
  unused.some((name) => {
    const object = `${name.split('.', 1)[0]}.`
    return use === name || (use.startsWith(object) && (name.endsWith('.*') || use.endsWith('.*')))
  })

/** Each package of the table only where it is at home, and no package that isn't in it. */
export const strayPackages = (
  owners: Readonly<Record<string, readonly string[]>>,
  modules: readonly Module[],
): string[] =>
  modules.flatMap(({ path, imports }) =>
    imports
      .filter((target) => target.includes('#') && !target.startsWith('node:'))
      .map((target) => target.split('#', 1)[0] ?? '')
      .filter((name) => !matches(path, owners[name] ?? []))
      .map(
        (name) => `${path} imports ${name}, at home in: ${owners[name]?.join(', ') ?? 'no file'}`,
      ),
  )
