import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseGlob } from '../../../../functions/names/policy/glob.ts'
import { glob } from '../../../support/a-policy.ts'
import { randomOf } from '../../../support/random.ts'

const rows: readonly (readonly [pattern: string, yes: string[], no: string[]])[] = [
  ['shop', ['shop'], ['sho', 'shops', 'a.shop', 'shop.a', '']],
  ['*', ['shop', 'a-b'], ['a.b']],
  ['**', ['shop', 'a.b', 'a.b.c.d'], []],
  ['*.a', ['x.a', 'xyz.a'], ['a', 'x.y.a', 'xa']],
  ['**.a', ['x.a', 'y.x.a'], ['a', 'xa', 'x.a.b']],
  ['a.**', ['a.x', 'a.x.y'], ['a', 'b.a.x']],
  ['a.**.b', ['a.x.b', 'a.x.y.b', 'a.b.b', 'a.b.b.b'], ['a.b', 'a.x.b.c']],
  ['**.b.**', ['a.b.c', 'b.b.b', 'x.a.b.c.y'], ['b.c', 'a.b', 'b', 'b.b']],
  ['**.**', ['a.b', 'a.b.c'], ['a']],
  ['team-*', ['team-', 'team-a', 'team-a-b'], ['team', 'a-team-', 'team-a.b']],
  ['*-prod', ['a-prod', '-prod'], ['prod', 'a-prod-b']],
  ['a*b*c', ['abc', 'axbxc', 'abbcc', 'aabbcc'], ['ab', 'acb', 'abcd', 'a.b.c']],
  ['*a*', ['a', 'bab'], ['b', 'b.a']],
  ['_acme-*.**', ['_acme-challenge.a.b'], ['acme-challenge.a.b', '_acme-challenge']],
  ['w*.*.local', ['w.x.local', 'web.x.local'], ['web.local', 'web.x.y.local', 'aw.x.local']],
]

const matching = suite('a pattern')
for (const [pattern, yes, no] of rows) {
  matching(`${pattern} matches these and no others`, () => {
    const { matches, text } = glob(pattern)
    assert.is(text, pattern)
    assert.equal([...yes, ...no].filter(matches), yes)
  })
}

matching('matches what the same pattern as a regular expression does', () => {
  const random = randomOf(2)
  const word = (letters: string) =>
    Array.from({ length: 1 + random.below(4) }, () => random.oneOf([...letters])).join('')
  let matched = 0
  for (let round = 0; round < 5_000; round++) {
    const labels = Array.from({ length: 1 + random.below(4) }, () =>
      random.below(4) === 0 ? '**' : word('ab*').replaceAll(/\*+/g, '*'),
    )
    const name = Array.from({ length: 1 + random.below(5) }, () => word('ab')).join('.')
    const source = labels.map((label) =>
      label === '**' ? '[^.]+(\\.[^.]+)*' : label.replaceAll('*', '[^.]*'),
    )
    const expected = new RegExp(`^${source.join('\\.')}$`).test(name)
    assert.is(glob(labels.join('.')).matches(name), expected, `${labels.join('.')} on ${name}`)
    if (expected) matched++
  }
  assert.ok(matched > 100, `${matched} matched`)
})

matching('made to be slow is answered all the same', () => {
  const stars = glob(`${'*a'.repeat(31)}.${'**.a.'.repeat(20)}b`)
  assert.not(stars.matches(`${'a'.repeat(63)}.${'a.'.repeat(90)}c`))
})

const wrong: readonly (readonly [text: string, words: string])[] = [
  ['', 'no label'],
  ['a..b', 'no label'],
  ['.a', 'no label'],
  ['a.', 'no label'],
  ['A.local', 'lower case: a.local'],
  ['a**', '"a**" is no label'],
  ['**a.b', '"**a" is no label'],
  ['***', '"***" is no label'],
  ['a b', 'no label'],
  ['a/b', 'no label'],
  ['a,b', 'no label'],
  ['(a|b)', 'no label'],
  ['a?', 'no label'],
  ['[ab]', 'no label'],
  ['bücher', 'no label'],
]
for (const [text, words] of wrong) {
  matching(`"${text}" is none`, () => {
    const parsed = parseGlob(text)
    assert.ok('wrong' in parsed && parsed.wrong.includes(words), JSON.stringify(parsed))
  })
}

matching.run()
