import type { AdoptedName, AdoptionPlan, AdoptionWish } from '../effects/records/adoption-plan.ts'
import type { RecordStore } from '../effects/records/index.ts'
import { GiveUp } from '../errors.ts'
import type { Call, Command, Flag } from './command.ts'
import { withStore } from './store.ts'

const text = (description: string): Flag => ({ kind: 'string', description })
const yes = (description: string): Flag => ({ kind: 'boolean', description })

export const adopt: Command = {
  name: 'adopt',
  summary: 'Show which names of ExternalDNS would be taken over; with --apply take them over',
  example: 'k2s-dns adopt --owner default --etcd.endpoints http://10.0.0.5:2379 --apply',
  flags: {
    apply: yes('Take them over; scale ExternalDNS to 0 before'),
    back: yes('Return what was taken over, for the targets of today'),
    owner: text('Its txt-owner-id [default]'),
    registry: text('Its --registry: txt, or noop, which notes no owner [txt]'),
    'txt-prefix': text('Its --txt-prefix'),
    'txt-suffix': text('Its --txt-suffix'),
    unclaimed: text('Names of that owner which no object claims: keep, or remove [keep]'),
  },
  run: ({ config, flags, say }) =>
    withStore(config, async (records) => {
      if (flags['back'] === true) return giveBack(records, say)
      const wish = wishOf(flags)
      if (flags['apply'] === true) return apply(records, wish, say)
      const plan = await records.adoption.plan(wish)
      say(
        `${described(plan, wish, 'to be ')}\n--apply does it. Scale ExternalDNS to 0 before.`,
        plan,
      )
      return 0
    }),
}

function wishOf(flags: Call['flags']): AdoptionWish {
  const value = (name: string, fallback: string) => {
    const given = flags[name]
    return typeof given === 'string' ? given : fallback
  }
  const oneOf = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const given = value(name, choices[0])
    const choice = choices.find((each) => each === given)
    if (choice) return choice
    throw new GiveUp(`--${name} ${given}: write ${choices.join(' or ')}`)
  }
  const naming = { prefix: value('txt-prefix', ''), suffix: value('txt-suffix', '') }
  if (naming.prefix && naming.suffix) {
    throw new GiveUp('--txt-prefix and --txt-suffix: ExternalDNS takes one of them at most')
  }
  return {
    owner: value('owner', 'default'),
    registry: oneOf('registry', ['txt', 'noop']),
    naming,
    unclaimed: oneOf('unclaimed', ['keep', 'remove']),
  }
}

async function apply(records: RecordStore, wish: AdoptionWish, say: Call['say']): Promise<number> {
  await records.check()
  const done = await records.adoption.apply(wish)
  const alive = `ExternalDNS runs and wrote again: ${shortened(done.again)}. Scale it to 0, and run adopt again`
  say([described(done, wish, ''), ...(done.again.length > 0 ? [alive] : [])].join('\n'), done)
  return done.again.length + done.refused.length > 0 ? 1 : 0
}

async function giveBack(records: RecordStore, say: Call['say']): Promise<number> {
  await records.check()
  const done = await records.adoption.giveBack()
  const { names, dropped, refused } = done
  const lines = [
    ...list(`returned to ExternalDNS: ${names.length}`, names),
    ...list(
      `not returned, and forgotten: ${dropped.length}`,
      dropped.map(({ name, message }) => `${name}: ${message}`),
    ),
    ...list(
      `can't be returned: ${refused.length}`,
      refused.map(({ name, message }) => `${name}: ${message}`),
    ),
  ]
  say(lines.length > 0 ? lines.join('\n') : 'nothing was taken over', done)
  return refused.length > 0 ? 1 : 0
}

function described(plan: AdoptionPlan, wish: AdoptionWish, verb: 'to be ' | ''): string {
  const { names, refused, unclaimed } = plan
  const removed = unclaimed.filter((each) => each.removed)
  const kept = unclaimed.filter((each) => !each.removed)
  const whose = `ExternalDNS (owner ${wish.owner}, registry ${wish.registry})`
  return [
    `names ${verb}taken over from ${whose}: ${names.length}`,
    ...some(names.map(row)),
    ...list(`names that no object claims, ${verb}removed: ${removed.length}`, removed.map(row)),
    ...list(`names that no object claims, left as they are: ${kept.length}`, kept.map(row)),
    ...list(
      `names that can't be taken over, their claims wait: ${refused.length}`,
      refused.map(({ name, message }) => `${name}: ${message}`),
    ),
  ].join('\n')
}

const row = ({ name, was, becomes }: AdoptedName) =>
  [
    name,
    was.join(', ') || '(no record)',
    ...(becomes.length > 0 ? ['→', becomes.join(', ')] : []),
  ].join(' ')

const list = (title: string, rows: readonly string[]): string[] =>
  rows.length > 0 ? [title, ...some(rows)] : []

/** So many rows are shown; `--output json` has all. */
const maxRows = 20
const some = (rows: readonly string[]): string[] => [
  ...rows.slice(0, maxRows).map((each) => `  ${each}`),
  ...(rows.length > maxRows ? [`  and ${rows.length - maxRows} more: --output json has all`] : []),
]

const shortened = (keys: readonly string[]) =>
  keys.length > 3 ? `${keys.slice(0, 3).join(', ')} and ${keys.length - 3} more` : keys.join(', ')
