import { tableOf } from '../../support/document.ts'
import { type Ran, type Difference as SeenDifference, told } from './comparison.ts'
import { chapters, type Difference, reasonsFor, shortOf } from './differences/index.ts'
import type { Fixture } from './fixture.ts'
import { usual } from './runs.ts'

const mostRows = 12

export function runsText(all: readonly Ran[], fixtures: readonly Fixture[]): string {
  const kinds = [...Map.groupBy(fixtures, ({ kind }) => kind.kind)]
  const counts = kinds.map(([kind, { length }]) => `${length} ${kind}`).join(', ')
  return `
${fixtures.length} objects: ${counts}.

- ExternalDNS, in each run: ${code(['--source=ingress', ...usual.externalDns])}
- k2s-dns, in each run: ${code(usual.k2sDns)}

${runsTable(all)}
`
}

function runsTable(all: readonly Ran[]): string {
  const head = ['run', 'what', 'ExternalDNS', 'k2s-dns', 'names', 'the same', 'not']
  return tableOf(
    head,
    all.map(([{ what, prefix, externalDns, k2sDns }, { count, different }], index) => [
      `${index + 1}`,
      what,
      code([`--annotation-prefix=${prefix}`, ...externalDns]),
      code(k2sDns),
      `${count}`,
      `${count - different.length}`,
      `${different.length}`,
    ]),
  )
}

const code = (flags: readonly string[]) => flags.map((flag) => `\`${flag}\``).join(' ')

/** All differences with what was seen of each. */
export function differencesText(all: readonly Ran[]): string {
  const rows = rowsOf(all)
  const chapterText = ([title, differences]: [string, readonly Difference[]]) =>
    `\n## ${title}\n${differences.map((each) => sectionOf(each, rows)).join('')}`
  return `${Object.entries(chapters).map(chapterText).join('')}\n`
}

interface Row extends SeenDifference {
  /** Where it was seen just so. */
  readonly runs: readonly number[]
}

function rowsOf(all: readonly Ran[]): readonly Row[] {
  const seen = all.flatMap(([, { different }], index) =>
    different.map((each) => ({ each, run: index + 1 })),
  )
  return [...Map.groupBy(seen, ({ each }) => JSON.stringify(each)).values()]
    .map((same) => ({ each: same[0]?.each, runs: same.map(({ run }) => run) }))
    .flatMap(({ each, runs }) => (each ? [{ ...each, runs }] : []))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
}

function sectionOf(difference: Difference, rows: readonly Row[]): string {
  const { what, theirs, ours, why } = difference
  const own = rows.flatMap((row) => {
    const runs = row.runs.filter((run) => reasonsFor(row.at, run).includes(difference))
    return runs.length > 0 ? [{ ...row, runs }] : []
  })
  const shown = own.slice(0, own.length > mostRows ? 3 : mostRows)
  const left = own.length - shown.length
  const table = tableOf(
    ['run', 'name', 'ExternalDNS', 'k2s-dns'],
    shown.map((row) => [
      row.runs.join(', '),
      `\`${shortOf(row.at)}\``,
      told(row.theirs),
      told(row.ours),
    ]),
  )
  const text = `**${what}.** ExternalDNS ${theirs}. k2s-dns ${ours}. Why: ${why}.`
  return `\n${text}\n\n${table}${left > 0 ? `\nAnd ${left} more like these.\n` : ''}`
}
