import type { Wrong } from '../policy/glob.ts'
import { type Expression, parseExpression, type Templated } from './template-expression.ts'

/** Names for objects that state none. */
export interface Template {
  /** As it was written. */
  readonly text: string
  hosts(object: Templated): readonly string[]
}

/**
 * Reads names with parts of the object in them, commas between: what people use of `--fqdn-template`, where
 * ExternalDNS has all of Go's text/template. Other than there, a name that takes a label or an annotation which
 * the object does not have is not asked for.
 * @example `{{.Name}}.{{.Namespace}}.cluster.local, {{index .Labels "app.kubernetes.io/name"}}.cluster.local`
 */
export function parseTemplate(text: string): Template | Wrong {
  const names: Expression[][] = [[]]
  for (const [index, part] of text.split(/\{\{(.*?)\}\}/s).entries()) {
    const isExpression = index % 2 === 1 // what the parentheses caught
    if (isExpression) {
      const expression = parseExpression(part)
      if ('wrong' in expression) return { wrong: `{{${part}}}: ${expression.wrong}` }
      names.at(-1)?.push(expression)
      continue
    }
    if (/\{\{|\}\}/.test(part))
      return { wrong: `"${part.trim()}" has a brace without its counterpart` }
    const [first = '', ...others] = part.split(',')
    names.at(-1)?.push(() => first)
    names.push(...others.map((other) => [() => other]))
  }
  return { text, hosts: (object) => names.flatMap((parts) => hostsOf(parts, object)) }
}

/** Several, if what is taken from the object has commas in it, as in ExternalDNS. */
function hostsOf(parts: readonly Expression[], object: Templated): string[] {
  const texts = parts.map((part) => part(object))
  if (texts.includes(undefined)) return []
  return texts
    .join('')
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean)
}
