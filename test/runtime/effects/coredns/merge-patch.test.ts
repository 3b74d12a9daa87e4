import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mergePatch } from '../../../../runtime/effects/coredns/merge-patch.ts'
import { seed } from '../../../runner/full.ts'

const test = suite('a merge patch')
const plain = { noNullPrototype: true }

for (const [what, before, after, patch] of [
  ['nothing', { a: 1 }, { a: 1 }, undefined],
  ['another value', { a: 1, b: 2 }, { a: 3, b: 2 }, { a: 3 }],
  ['a field that comes', {}, { a: { b: 1 } }, { a: { b: 1 } }],
  ['a field that goes', { a: 1, b: { c: 1 } }, { b: {} }, { a: null, b: { c: null } }],
  ['a list, as a whole', { a: [1, 2] }, { a: [2] }, { a: [2] }],
  ['an object for a list', { a: [1] }, { a: { b: 1 } }, { a: { b: 1 } }],
] as const) {
  test(`says ${what}`, () => assert.equal(mergePatch(before, after), patch))
}

test('makes the one the other, as RFC 7396 applies it', () => {
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.array(fc.integer()),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), plain),
    ),
  })).value
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json, plain)
  const same = fc.property(object, object, (before, after) => {
    assert.equal(apply(before, mergePatch(before, after) ?? {}), after)
  })
  fc.assert(same, { seed })
})

/** RFC 7396, section 2. */
function apply(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target)
  const result = new Map(isObject ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, apply(result.get(key), value))
  }
  return Object.fromEntries(result)
}

test.run()
