import type { Wrong } from '../policy/glob.ts'
import { type Texts, textAt } from './texts.ts'

/** Which objects, by their labels or annotations. */
export interface Selector {
  /** As it was written. */
  readonly text: string
  matches(texts: Texts): boolean
}

const key = '((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)'
const value = '(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?'
const forms = {
  existence: new RegExp(`^(!?)\\s*${key}$`),
  equality: new RegExp(`^${key}\\s*(==?|!=)\\s*(${value})$`),
  set: new RegExp(`^${key}\\s+(in|notin)\\s*\\(\\s*(${value}(?:\\s*,\\s*${value})*)\\s*\\)$`),
}

/**
 * Reads a selector of Kubernetes (apimachinery, pkg/labels): requirements with commas between, all of which
 * must hold. `!=` and `notin` hold for what lacks the key, too. Without its `>` and `<`, which ExternalDNS takes
 * for labels only.
 * @example `app=web,tier!=test,team in (a, b),!internal`; an empty text selects everything
 */
export function parseSelector(text: string): Selector | Wrong {
  const requirements: ((texts: Texts) => boolean)[] = []
  for (const part of text.trim() === '' ? [] : text.split(/,(?![^(]*\))/)) {
    const requirement = requirementOf(part.trim())
    if (!requirement)
      return { wrong: `"${part.trim()}" is none of a, !a, a=b, a!=b, a in (b, c), a notin (b, c)` }
    requirements.push(requirement)
  }
  return { text, matches: (texts) => requirements.every((holds) => holds(texts)) }
}

function requirementOf(text: string): ((texts: Texts) => boolean) | undefined {
  const [, not, name] = forms.existence.exec(text) ?? []
  if (name !== undefined) return (texts) => (textAt(texts, name) === undefined) === (not === '!')
  const [, at, operator, values] = forms.equality.exec(text) ?? forms.set.exec(text) ?? []
  if (at === undefined || values === undefined) return undefined
  const named = values.split(',').map((each) => each.trim())
  const wanted = operator !== '!=' && operator !== 'notin'
  return (texts) => {
    const found = textAt(texts, at)
    return (found !== undefined && named.includes(found)) === wanted
  }
}
