import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  labelSelector,
  selects,
} from '../../../../../functions/names/kinds/gateway/label-selector.ts'

const expression = (operator: string, key: string, values?: readonly string[] | null) => ({
  matchExpressions: [{ key, operator, values }],
})

/** Against the labels `team: a` and `env: prod`. */
const rows: readonly (readonly [what: string, selector: unknown, selected: boolean])[] = [
  ['no selector selects nothing', null, false],
  ['an empty one selects everything', {}, true],
  ['one of nulls selects everything', { matchLabels: null, matchExpressions: null }, true],
  ['a label with its value', { matchLabels: { team: 'a' } }, true],
  ['a label with another value', { matchLabels: { team: 'b' } }, false],
  ['a label that is not there', { matchLabels: { tier: 'a' } }, false],
  ['all labels must match', { matchLabels: { team: 'a', env: 'test' } }, false],
  ['what any JavaScript object has is no label', expression('Exists', 'constructor'), false],
  ['In with its value', expression('In', 'team', ['b', 'a']), true],
  ['In with other values', expression('In', 'team', ['b']), false],
  ['In of a label that is not there', expression('In', 'tier', ['a']), false],
  ['In without values, which is invalid', expression('In', 'team'), false],
  ['NotIn with other values', expression('NotIn', 'team', ['b']), true],
  ['NotIn with its value', expression('NotIn', 'team', ['a']), false],
  ['NotIn of a label that is not there', expression('NotIn', 'tier', ['a']), true],
  ['NotIn without values, which is invalid', expression('NotIn', 'team', null), false],
  ['Exists of a label', expression('Exists', 'team'), true],
  ['Exists of a label that is not there', expression('Exists', 'tier', []), false],
  ['Exists with values, which is invalid', expression('Exists', 'team', ['a']), false],
  ['DoesNotExist of a label', expression('DoesNotExist', 'team'), false],
  ['DoesNotExist of a label that is not there', expression('DoesNotExist', 'tier'), true],
  ['DoesNotExist with values, which is invalid', expression('DoesNotExist', 'tier', ['a']), false],
  ['an operator that is none', expression('Gt', 'team', ['a']), false],
  [
    'labels and expressions must both match',
    { matchLabels: { team: 'a' }, ...expression('In', 'env', ['test']) },
    false,
  ],
]

const test = suite('a label selector')
for (const [what, selector, selected] of rows) {
  test(what, () => {
    const parsed = labelSelector.nullish().parse(selector)
    assert.is(selects(parsed, { team: 'a', env: 'prod' }), selected)
  })
}
test.run()
