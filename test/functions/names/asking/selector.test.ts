import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSelector } from '../../../../functions/names/asking/selector.ts'

const web = { app: 'web', tier: 'front', 'example.com/team': 'a', marker: '' }

const rows: readonly (readonly [selector: string, matches: boolean])[] = [
  ['', true],
  ['  ', true],
  ['app', true],
  ['other', false],
  ['!app', false],
  ['!other', true],
  ['! other', true],
  ['marker', true],
  ['app=web', true],
  ['app==web', true],
  [' app = web ', true],
  ['app=db', false],
  ['other=web', false],
  ['marker=', true],
  ['app=', false],
  ['app!=web', false],
  ['app!=db', true],
  ['other!=web', true],
  ['app in (web, db)', true],
  ['app in (web)', true],
  ['app in(db,web)', true],
  ['app in (db, cache)', false],
  ['other in (web)', false],
  ['marker in (x,)', true],
  ['app notin (web,db)', false],
  ['app notin (db)', true],
  ['other notin (web)', true],
  ['example.com/team=a', true],
  ['app=web,tier=front', true],
  ['app=web,tier=back', false],
  ['app=db,tier=front', false],
  ['app in (web,db),tier in (front,back),!other', true],
  ['app in (web,db),other', false],
  ['constructor', false],
  ['!constructor', true],
  ['in=x', false],
]

const test = suite('a selector')
for (const [text, expected] of rows) {
  test(`"${text}" ${expected ? 'matches' : 'does not match'}`, () => {
    const selector = parseSelector(text)
    assert.is('matches' in selector && selector.matches(web), expected)
    assert.is('text' in selector && selector.text, text)
  })
}

test('of nothing is that of no labels', () => {
  const matches = (text: string) => {
    const selector = parseSelector(text)
    return 'matches' in selector && [selector.matches(null), selector.matches(undefined)]
  }
  assert.equal(matches('a'), [false, false])
  assert.equal(matches('!a'), [true, true])
})

const wrong = ['a=b=c', 'a in b', 'a in ()(', 'a in (b', 'a b', ',', 'a,', ',a', '=b', '!', '!a=b']
const alsoWrong = [
  'a>1',
  'a=b c',
  'a=-b',
  '-a',
  'a not in (b)',
  'a in (b c)',
  'a in (-b)',
  'a=*',
  'a/b/c',
]
for (const text of [...wrong, ...alsoWrong]) {
  test(`"${text}" is none`, () => assert.ok('wrong' in parseSelector(text)))
}

test('that is wrong says in which part', () => {
  assert.equal(parseSelector('a=b, c>d'), {
    wrong: '"c>d" is none of a, !a, a=b, a!=b, a in (b, c), a notin (b, c)',
  })
})
const key = fc.constantFrom('a', 'b', 'example.com/c')
const value = fc.constantFrom('', 'x', 'y-1', 'Z')
const blank = fc.constantFrom('', ' ', '  ')
type Labels = Readonly<Record<string, string>>

/** A requirement as text, and what it means. */
const requirement = fc
  .tuple(
    key,
    fc.constantFrom('', '!', '=', '==', '!=', 'in', 'notin'),
    fc.array(value, { minLength: 1 }),
    blank,
  )
  .map(([name, operator, values, gap]): [string, (labels: Labels) => boolean] => {
    const ofSet = operator.endsWith('in')
    const some = ofSet ? values : values.slice(0, 1)
    const isNegative = operator.startsWith('!') || operator === 'notin'
    if (operator === '' || operator === '!') {
      return [`${operator}${gap}${name}`, (labels) => (labels[name] !== undefined) !== isNegative]
    }
    const list = some.join(`${gap},${gap}`)
    return [
      ofSet ? `${name} ${operator}${gap}(${list}${gap})` : `${name}${gap}${operator}${gap}${list}`,
      (labels) => some.some((each) => labels[name] === each) !== isNegative,
    ]
  })

test('means what its requirements mean, together', () => {
  const labels = fc.dictionary(key, value)
  fc.assert(
    fc.property(fc.array(requirement), labels, blank, (requirements, given, gap) => {
      const selector = parseSelector(requirements.map(([text]) => text).join(`${gap},`))
      const expected = requirements.every(([, holds]) => holds(given))
      assert.is('matches' in selector && selector.matches(given), expected)
    }),
    { seed: 1, numRuns: 300 },
  )
})
test.run()
