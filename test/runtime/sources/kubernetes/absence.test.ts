import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { judgeAbsence, type Sighting } from '../../../../runtime/sources/kubernetes/absence.ts'
import type { RememberedOwner } from '../../../../runtime/world-memory.ts'

const guard = { share: 0.5, minimum: 10 }

/** An owner as etcd remembers it: by name, at a version of era 1, with one host. */
function owner(name: string, { version = 5n, era = 1, names = 1 } = {}): RememberedOwner {
  const at = { era, version }
  return { owner: { kind: 'Ingress', namespace: 'shop', name, uid: name, at }, names }
}

const many = (count: number, options = {}) =>
  Array.from({ length: count }, (_, i) => owner(`i${i}`, options))

const listed = (...owners: readonly RememberedOwner[]) =>
  new Set(owners.map(({ owner: { namespace, name } }) => `${namespace}/${name}`))

/** A complete list at version 10 of era 1, unless told otherwise. */
function verdict(sighting: Partial<Sighting>, rule = guard): string {
  const { gone, withheld } = judgeAbsence(
    { remembered: [], listed: new Set(), version: 10n, era: 1, confirmed: false, ...sighting },
    rule,
  )
  assert.ok(!withheld || gone.length === 0, 'what is withheld is not gone')
  const names = gone.map((each) => each.owner.name).join(' ')
  return withheld ? `${withheld.owners} withheld: ${withheld.reason}` : `gone: ${names}`
}

const [a, b, c] = [owner('a'), owner('b'), owner('c')]
const twenty = many(20)
const elevenGone = listed(...twenty.slice(11))
const tooMany = (text: string) => `${text} objects with names are missing at once, more than 50 %`
const restored = 'the cluster is older than the names: was it restored from a backup?'

const rows: readonly (readonly [fact: string, sighting: Partial<Sighting>, verdict: string])[] = [
  ['nothing is gone where nothing was', {}, 'gone: '],
  ['what is listed is not gone', { remembered: [a, b], listed: listed(a, b) }, 'gone: '],
  ['what is missing is gone', { remembered: [a, b, c], listed: listed(a, c) }, 'gone: b'],
  [
    'a name of another namespace does not keep it',
    { remembered: [a], listed: new Set(['blog/a']) },
    'gone: a',
  ],
  [
    'few may all be gone',
    { remembered: many(10) },
    `gone: ${many(10)
      .map((e) => e.owner.name)
      .join(' ')}`,
  ],
  [
    'eleven of eleven are too many to be true',
    { remembered: many(11) },
    `11 withheld: ${tooMany('11 of 11')}`,
  ],
  [
    'eleven of twenty are too many to be true',
    { remembered: twenty, listed: elevenGone },
    `11 withheld: ${tooMany('11 of 20')}`,
  ],
  [
    'an empty list where there were many is not believed',
    { remembered: many(500) },
    `500 withheld: ${tooMany('500 of 500')}`,
  ],
  [
    'who had no names is not counted as a loss',
    { remembered: many(500, { names: 0 }) },
    `gone: ${many(500)
      .map((e) => e.owner.name)
      .join(' ')}`,
  ],
  [
    'a list older than what was applied proves nothing',
    { remembered: [a, owner('b', { version: 11n })] },
    `2 withheld: ${restored}`,
  ],
  [
    'a list older than an object that it names proves nothing either',
    { remembered: [a, owner('b', { version: 11n })], listed: listed(owner('b')) },
    `1 withheld: ${restored}`,
  ],
  [
    'what was applied at the list’s version is gone',
    { remembered: [owner('a', { version: 10n })] },
    'gone: a',
  ],
  [
    'what is newer than the list is not gone, also where an operator confirms',
    { remembered: [owner('a', { version: 11n })], confirmed: true },
    'gone: ',
  ],
  [
    'an operator releases what was withheld',
    { remembered: twenty, listed: elevenGone, confirmed: true },
    `gone: ${twenty
      .slice(0, 11)
      .map((e) => e.owner.name)
      .join(' ')}`,
  ],
  [
    'versions of an earlier era say nothing',
    { remembered: [owner('a', { version: 99n, era: 0 })] },
    'gone: a',
  ],
  [
    'versions beyond what a number holds are compared exactly',
    { remembered: [owner('a', { version: 2n ** 63n + 1n })], version: 2n ** 63n },
    `1 withheld: ${restored}`,
  ],
]

const test = suite('absence')
for (const [fact, sighting, expected] of rows) {
  test(fact, () => assert.is(verdict(sighting), expected))
}

test('exactly the share may be missing, and not one more', () => {
  const tenths = { share: 0.1, minimum: 0 }
  const remembered = many(100)
  const kept = (count: number) => ({ remembered, listed: listed(...remembered.slice(count)) })
  assert.match(verdict(kept(10), tenths), /^gone: i0 .* i9$/)
  assert.match(verdict(kept(11), tenths), /^11 withheld: 11 of 100 .* more than 10 %$/)
})

test('a share of 1 lets everything go, a share of 0 only the few', () => {
  assert.match(verdict({ remembered: many(50) }, { share: 1, minimum: 0 }), /^gone/)
  assert.match(verdict({ remembered: many(3) }, { share: 0, minimum: 3 }), /^gone/)
  assert.match(verdict({ remembered: many(4) }, { share: 0, minimum: 3 }), /^4 withheld/)
})

test.run()
