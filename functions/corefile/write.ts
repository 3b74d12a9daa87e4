import type { Edit } from './lines.ts'
import { writeRegion } from './region.ts'

/** A file's line end is that of its first line. */
const eolOf = (source: string) => (/^[^\n]*\r\n/.test(source) ? '\r\n' : '\n')

/** Puts lines in, each edit between comments of ours. Edits lie in no order, and never within each other. */
export function writeEdits(source: string, edits: readonly Edit[]): string {
  const eol = eolOf(source)
  let text = source
  // where one ends and another begins, the one that replaces lines goes first, and comes to lie below
  for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end)) {
    const { start, end } = edit
    text = `${text.slice(0, start)}${writeRegion(source.slice(start, end), edit, eol)}${eol}${text.slice(end)}`
  }
  return text
}

/**
 * Puts lines behind the last one. A file without a last line end has none afterwards either: so it is seen that it
 * had none before.
 */
export function writeBelow(source: string, lines: readonly string[]): string {
  const eol = eolOf(source)
  const region = writeRegion('', { indent: '', lines }, eol)
  return source === '' || source.endsWith('\n') ? source + region + eol : `${source}\n${region}`
}
