import { hash } from 'node:crypto'

/** Lines of ours in a Corefile, between two comments of ours. */
export interface Region {
  readonly start: number
  /** Behind the line end of its last line. */
  readonly end: number
  /** What was there before, with its line ends. */
  readonly was: string
  /** Nobody has changed a line in it since. */
  readonly isIntact: boolean
  /** From 1. */
  readonly line: number
}

const begins = '# k2s-dns: begin'
const ends = '# k2s-dns: end '
const before = '#was:'

/**
 * Writes lines so that they can be taken out again, whatever happens to the rest of the file: what they replace
 * stands above them in comments, and a check sum tells whether somebody changed them.
 * @param was the text that they replace: whole lines, or nothing
 * @returns without a line end behind its last line
 */
export function writeRegion(
  was: string,
  { indent, lines }: { readonly indent: string; readonly lines: readonly string[] },
  eol: string,
): string {
  const old = was === '' ? [] : was.replace(/\n$/, '').split('\n')
  const content = [
    ...old.map((line) => indent + before + line),
    ...lines.map((line) => indent + line + cr(eol)),
  ]
  const all = [`${indent}${begins}${cr(eol)}`, ...content, `${indent}${ends}${sumOf(content)}`]
  return all.join('\n')
}

const cr = (eol: string) => (eol === '\r\n' ? '\r' : '')

/** Carriage returns don't count: K2s's add-ons take them out of the whole file. */
const sumOf = (content: readonly string[]) =>
  hash('sha256', content.join('\n').replaceAll('\r', '')).slice(0, 8)

export function regionsOf(source: string): readonly Region[] {
  const regions: Region[] = []
  let content: string[] | undefined
  let [start, line, at] = [0, 0, 0]
  source.split(/(?<=\n)/).forEach((raw, number) => {
    const text = raw.replace(/\r?\n$/, '')
    const [from, bare] = [at, text.trimStart()]
    at += raw.length
    if (bare === begins) {
      if (content) regions.push({ start, end: from, was: '', isIntact: false, line })
      content = []
      start = from
      line = number + 1
    } else if (content && bare.startsWith(ends)) {
      const was = content.filter((each) => each.trimStart().startsWith(before))
      const old = was.map((each) => each.slice(each.indexOf(before) + before.length))
      const isIntact = bare.slice(ends.length).trimEnd() === sumOf(content)
      regions.push({ start, end: at, was: old.map((each) => `${each}\n`).join(''), isIntact, line })
      content = undefined
    } else {
      content?.push(raw.replace(/\n$/, ''))
    }
  })
  if (content) regions.push({ start, end: at, was: '', isIntact: false, line })
  return regions
}
