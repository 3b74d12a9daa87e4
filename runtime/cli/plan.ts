import type { Answering, NameChange } from '../../functions/names/story/changes.ts'
import type { Plan } from '../plan.ts'
import { columns } from './columns.ts'
import type { Command } from './command.ts'

/** With `--exit-code`: 1 says that the command itself failed. */
const wouldChange = 3

export const plan: Command = {
  name: 'plan',
  summary: 'Show what the functions would change with these settings, without changing anything',
  example: 'k2s-dns plan --config other-policy.yaml --exit-code',
  flags: {
    'exit-code': {
      kind: 'boolean',
      description: `Exit with ${wouldChange} if a name would change`,
    },
  },
  async run({ config, flags, say, signal, readStore, planChanges }) {
    const planned = await planChanges(config, await readStore(config), signal)
    say(planText(planned), planned)
    return flags['exit-code'] === true && planned.changes.length > 0 ? wouldChange : 0
  },
}

/** `+` comes, `-` goes, `~` changes, `!` is refused, `?` is kept without proof. */
export function planText({ changes, refused, withheld, objects }: Plan): string {
  const refusals = refused.map(({ host, reason, message, owner }) => [
    `! ${host}`,
    `refused: ${reason}, ${message}`,
    `(${owner})`,
  ])
  const kept = withheld.map(
    ({ owners, reason }) =>
      `? the names of ${owners} objects would be kept: ${reason}. k2s-dns release confirms that they are gone`,
  )
  const count = changes.length === 0 ? 'nothing would change' : `${changes.length} would change`
  const sum = `${objects} objects, ${refused.length} names refused: ${count}`
  return [...columns(changes.map(changeRow)), ...columns(refusals), ...kept, sum].join('\n')
}

export function changeRow({ host, before, after }: NameChange): readonly string[] {
  const owners = `(${(after ?? before)?.owners.join(', ')})`
  if (!before) return [`+ ${host}`, answerText(after), owners]
  if (!after) return [`- ${host}`, answerText(before), owners]
  return [`~ ${host}`, `${answerText(before)} → ${answerText(after)}`, owners]
}

const answerText = (answer: Answering | undefined): string =>
  answer ? `${answer.targets.join(', ')} ${answer.ttl} s` : ''
