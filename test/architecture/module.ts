import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** A source file, as far as the rules of the architecture look at it. */
export interface Module {
  /** from the repository's root, with forward slashes */
  readonly path: string
  /**
   * Imports of values and of types: a file's path, or `package#name`; `#*` is all of it,
   * `#` alone runs it. `computed` is an `import()` whose target isn't written down.
   */
  readonly imports: readonly string[]
  /** Members of global objects, `process.env`, and `new Date()` without an argument. */
  readonly uses: readonly string[]
}

/** All `.ts` files below the folders; a folder that isn't there has none. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  return readdirSync(root)
    .filter((name) => folders.includes(name))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name.replaceAll(path.sep, '/')}`,
      ),
    )
    .filter((name) => /\.[cm]?ts$/.test(name) && !name.includes('node_modules/'))
    .sort()
    .map((name) => parseModule(name, readFileSync(path.join(root, name), 'utf8')))
}

/** @throws Error if the source can't be parsed */
export function parseModule(file: string, source: string): Module {
  const { program, module, errors } = parseSync(file, source)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const imports = new Set<string>()
  const uses = new Set<string>()
  const add = (specifier: string, name: string) => imports.add(targetOf(file, specifier, name))

  for (const { moduleRequest, entries } of module.staticImports) {
    if (entries.length === 0) add(moduleRequest.value, '')
    for (const { importName } of entries) add(moduleRequest.value, importName.name ?? '*')
  }
  for (const { moduleRequest, importName } of module.staticExports.flatMap((e) => e.entries)) {
    if (moduleRequest) add(moduleRequest.value, importName.name ?? '*')
  }
  new Visitor({
    ImportExpression: ({ source: target }) => {
      if (target.type !== 'Literal') imports.add('computed')
      else add(String(target.value), '*')
    },
    TSImportType: ({ source: target }) => add(target.value, '*'),
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier') return
      if (property.type === 'Identifier') uses.add(`${object.name}.${property.name}`)
      else if (property.type === 'Literal') uses.add(`${object.name}.${String(property.value)}`)
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === 'Identifier' && given.length === 0) uses.add(`new ${callee.name}()`)
    },
    VariableDeclarator: ({ id, init }) => {
      if (init?.type !== 'Identifier') return
      if (id.type !== 'ObjectPattern') uses.add(`${init.name}.*`)
      else for (const name of patternKeys(id.properties)) uses.add(`${init.name}.${name}`)
    },
  }).visit(program)
  return { path: file, imports: [...imports], uses: [...uses] }
}

type Property = { readonly type: string; readonly key?: { readonly name?: string } }

const patternKeys = (properties: readonly unknown[]) =>
  (properties as readonly Property[]).map(({ key }) => key?.name ?? '*')

function targetOf(file: string, specifier: string, name: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier)
  if (specifier.startsWith('node:')) return `${specifier}#${name}`
  return `${packageOf(specifier)}#${name}`
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** The files of one cycle of imports, the first of them again at the end; none if there is none. */
export function findCycle(modules: readonly Module[]): string[] {
  const importsOf = new Map(modules.map((module) => [module.path, module.imports]))
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return []
    for (const target of importsOf.get(file) ?? []) {
      const cycle = importsOf.has(target) ? visit(target, [...trail, file]) : []
      if (cycle.length > 0) return cycle
    }
    done.add(file)
    return []
  }
  for (const { path: file } of modules) {
    const cycle = visit(file, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
