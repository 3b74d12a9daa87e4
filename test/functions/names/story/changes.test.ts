import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changesBetween } from '../../../../functions/names/story/changes.ts'
import type { KeptName } from '../../../../functions/names/story/kept.ts'

/** `shop 10.0.0.1 ttl=5 by=a/x`; without targets all who claim it wait */
function name(text: string): KeptName {
  const [host = '', ...words] = text.split(' ')
  const value = (of: string) =>
    words.find((word) => word.startsWith(`${of}=`))?.slice(of.length + 1)
  const targets = words.filter((word) => !word.includes('='))
  const owners = [value('by') ?? 'a/x']
  const foreignKey = value('key')
  const common = { host, types: [], targets, ttl: Number(value('ttl') ?? 30), owners, waiting: [] }
  return foreignKey === undefined ? common : { ...common, foreignKey }
}

const rows: readonly (readonly [fact: string, before: string[], after: string[], said: string])[] =
  [
    ['nothing', ['a 1.1.1.1'], ['a 1.1.1.1'], ''],
    ['a name comes', [], ['a 1.1.1.1'], 'a: → 1.1.1.1 30'],
    ['a name goes', ['a 1.1.1.1'], [], 'a: 1.1.1.1 30 →'],
    ['a target changes', ['a 1.1.1.1'], ['a 1.1.1.2'], 'a: 1.1.1.1 30 → 1.1.1.2 30'],
    ['a TTL changes', ['a 1.1.1.1'], ['a 1.1.1.1 ttl=5'], 'a: 1.1.1.1 30 → 1.1.1.1 5'],
    ['only the holder changes', ['a 1.1.1.1 by=a/x'], ['a 1.1.1.1 by=b/y'], ''],
    ['all who claim it have to wait', ['a'], [], ''],
    ['whoever waited gets it', ['a'], ['a 1.1.1.1'], 'a: → 1.1.1.1 30'],
    ['a foreign key is not ours to change', ['a 9.9.9.9 key=k'], [], ''],
    [
      'several, sorted by host',
      ['b 1.1.1.1', 'c 1.1.1.1'],
      ['a 1.1.1.1', 'c 1.1.1.1'],
      'a: → 1.1.1.1 30, b: 1.1.1.1 30 →',
    ],
  ]

const test = suite('what changes')
for (const [fact, before, after, said] of rows) {
  test(fact, () => {
    const changes = changesBetween(before.map(name), after.map(name))
    const text = (answer: { targets: readonly string[]; ttl: number | undefined } | undefined) =>
      answer ? `${answer.targets.join(' ')} ${answer.ttl}` : ''
    const lines = changes.map((each) =>
      `${each.host}: ${text(each.before)} → ${text(each.after)}`.replaceAll('  ', ' ').trim(),
    )
    assert.is(lines.join(', '), said)
  })
}

test.run()
