import type { Rival } from '../../functions/names/external-dns/rivals.ts'
import type { KeyStory, ServerAnswers, Story } from '../../functions/names/story/story.ts'
import { dataOfTarget } from '../../functions/names/targets/target.ts'
import { printable } from '../../functions/names/targets/targets.ts'
import { columns } from './columns.ts'
import { changeRow } from './plan.ts'

/** A story for people: the verdict, then what it follows from. */
export function storyText({ verdict, ...story }: Story): string {
  const sections = [
    section('zone', [[story.zone ?? 'none', story.objection?.message ?? '']]),
    section('claims', claimRows(story), 'none'),
    section('cluster', clusterRows(story), 'no object asks for anything else'),
    section('etcd', story.keys.map(keyRow), 'no key'),
    ...(story.rivals.length > 0 ? [section('others', story.rivals.map(rivalRow))] : []),
    section('DNS', story.servers.flatMap(serverRows), 'nobody was asked: see dns.servers'),
  ]
  return [printable(verdict.text, 1_000), '', ...sections.flat()].join('\n')
}

const section = (
  title: string,
  rows: readonly (readonly string[])[],
  none = '',
): readonly string[] =>
  columns(rows.length > 0 ? rows : [[none]]).map(
    (line, index) => `${(index === 0 ? title : '').padEnd(7)}  ${line}`,
  )

const claimRows = ({ claims }: Pick<Story, 'claims'>) =>
  claims.map(({ standing, owner, targets, ttl, since, why }) => [
    standing,
    owner,
    targets.join(', '),
    `${ttl} s`,
    since === undefined ? '' : `since ${since}`,
    why,
  ])

/** Whoever waits is among the claims already. */
function clusterRows({ cluster, claims }: Pick<Story, 'cluster' | 'claims'>) {
  if ('unknown' in cluster) return [[`not known: ${cluster.unknown}`]]
  const waits = new Set(
    claims.filter(({ standing }) => standing === 'waits').map(({ owner }) => owner),
  )
  return [
    ...cluster.refused
      .filter(({ owner }) => !waits.has(owner))
      .map(({ owner, reason, message }) => ['refused', owner, `${reason}: ${message}`]),
    ...(cluster.change ? [['not done yet', changeRow(cluster.change).join(' ')]] : []),
  ]
}

const keyRow = ({ where, what, name, type, target, key, value }: KeyStory) => [
  where,
  what === 'foreign' ? 'not ours' : what,
  ...(what === 'placeholder' ? [`keeps ${name} silent`] : [`${type} ${dataOfTarget(target)}`]),
  key,
  value,
]

const rivalRow = ({ who, effect, remedy, keys: [first = '', ...more] }: Rival) => [
  `${who} ${effect}: ${remedy}`,
  more.length > 0 ? `${first} and ${more.length} more` : first,
]

const serverRows = ({ server, answers }: ServerAnswers) =>
  answers.map(({ type, values, ttlSeconds, code }) => [
    server,
    type,
    values.length > 0 ? values.map(dataOfTarget).join(' ') : (code ?? 'nothing'),
    ttlSeconds === undefined ? '' : `${ttlSeconds} s`,
  ])
