/** A pattern of names: of hosts, of namespaces, of targets. */
export interface Glob {
  /** As it was written. */
  readonly text: string
  matches(name: string): boolean
}

/** What is wrong with a text that should have been a pattern. */
export interface Wrong {
  readonly wrong: string
}

/**
 * Reads a pattern. `*` is any run of characters within one label, also none, as in a Kubernetes Ingress it
 * never reaches across a dot. `**`, which is a label by itself, is one or more labels. All else is literal,
 * so a pattern without a star is one name.
 *
 * @example `*.cluster.local` is `shop.cluster.local`, not `a.shop.cluster.local`; `**.cluster.local` is both,
 * and neither is `cluster.local`; `team-*` is `team-` and `team-a`
 */
export function parseGlob(text: string): Glob | Wrong {
  if (text !== text.toLowerCase()) return { wrong: `it must be lower case: ${text.toLowerCase()}` }
  const labels = text.split('.')
  const wrong = labels.find((label) => !/^([a-z0-9_*-]+)$/.test(label) || /.\*\*|\*\*./.test(label))
  if (wrong !== undefined) {
    return {
      wrong: `"${wrong}" is no label of a pattern: letters, digits, hyphens, underscores and single stars, or ** alone`,
    }
  }
  const pattern = labels.flatMap((label) => (label === '**' ? ['*', '**'] : [label]))
  return { text, matches: (name) => isMatch(pattern, name.split('.'), '**', labelMatches) }
}

const labelMatches = (pattern: string, label: string) =>
  isMatch(pattern.split(''), label.split(''), '*', (a, b) => a === b)

/**
 * Whether the parts are those of the pattern, in which a star is any number of parts. Only the last star that
 * was met is ever tried again, so it takes pattern × parts steps at most, whatever a claimant writes.
 */
function isMatch(
  pattern: readonly string[],
  parts: readonly string[],
  star: string,
  matches: (pattern: string, part: string) => boolean,
): boolean {
  let at = 0
  let retry: { readonly at: number; next: number } | undefined
  for (let next = 0; next < parts.length; ) {
    const expected = pattern[at]
    if (expected === star) retry = { at: ++at, next }
    else if (expected !== undefined && matches(expected, parts[next] ?? '')) {
      at++
      next++
    } else if (retry) {
      at = retry.at
      next = ++retry.next
    } else return false
  }
  return pattern.slice(at).every((rest) => rest === star)
}
