import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensure } from '../../../functions/corefile/ensure.ts'
import { CorefileError } from '../../../functions/corefile/syntax/cursor.ts'
import { parse } from '../../../functions/corefile/syntax/parse.ts'
import { print } from '../../../functions/corefile/syntax/print.ts'
import { undo } from '../../../functions/corefile/undo.ts'
import { full, seed } from '../../runner/full.ts'
import { anyText, corefiles } from './arbitrary.ts'
import { aWish } from './fixtures.ts'

const numRuns = full ? 100_000 : 2_000
const test = suite('of any Corefile')
const wishes = fc
  .record({
    zones: fc.subarray(['cluster.local', 'apps.example', 'b.example', '9.in-addr.arpa'], {
      minLength: 1,
    }),
    more: fc.constantFrom(
      {},
      { serveStale: '1h' },
      { editCaches: false },
      { coreDnsVersion: '1.8.0' },
    ),
  })
  .map(({ zones, more }) => aWish(zones, more))

test('what is read is printed back, or there is a clear error', () => {
  const property = fc.property(anyText, (source) => {
    try {
      assert.is(print(parse(source, {})), source)
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
    }
  })
  fc.assert(property, { seed, numRuns })
})

test('an edit that is undone leaves every byte as it was, and done twice is done once', () => {
  let edits = 0
  const property = fc.property(fc.oneof(corefiles, anyText), wishes, (corefile, wish) => {
    const outcome = ensure({ corefile }, wish)
    if (outcome.kind !== 'edited') return
    edits++
    assert.equal(undo(outcome.configuration), { kind: 'undone', configuration: { corefile } })
    assert.is(ensure(outcome.configuration, wish).kind, 'served')
  })
  fc.assert(property, { seed, numRuns })
  assert.ok(edits > numRuns / 20, `only ${edits} of ${numRuns} were edited`)
})

test('an edit adds words, and takes none out but those that it replaces', () => {
  const words = (source: string) => parse(source).tokens.map(({ text }) => text)
  const property = fc.property(corefiles, wishes, (corefile, wish) => {
    const outcome = ensure({ corefile }, wish)
    if (outcome.kind !== 'edited') return
    const after = words(outcome.configuration.corefile)
    let at = 0
    for (const each of words(corefile)) {
      at = after.indexOf(each, at) + 1
      assert.ok(at > 0, `"${each}" is gone`)
    }
  })
  fc.assert(property, { seed, numRuns })
})

test.run()
