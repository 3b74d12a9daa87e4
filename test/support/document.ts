import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as assert from 'uvu/assert'

/** `K2S_DNS_WRITE_DOCS=1 npm test -- FILE`: the pages that tests make are written instead of compared. */
const writes = process.env['K2S_DNS_WRITE_DOCS'] === '1'

const folder = path.join(import.meta.dirname, '..', '..', 'docs')

/**
 * That a part of a page in `docs/` is what a test has just seen. The part lies between `<!-- begin NAME -->` and
 * `<!-- end NAME -->`.
 */
export function assertDocumented(page: string, name: string, seen: string): void {
  const file = path.join(folder, page)
  const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`]
  const whole = readFileSync(file, 'utf8')
  const [from, to] = [whole.indexOf(begin) + begin.length, whole.indexOf(end)]
  assert.ok(from >= begin.length && to >= from, `docs/${page} has no part ${name}`)
  if (writes) writeFileSync(file, `${whole.slice(0, from)}${seen}${whole.slice(to)}`)
  else assert.fixture(whole.slice(from, to), seen)
}

/** A Markdown table, laid out as the formatter has it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  const [first = [], ...others] = cells
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('')
}
