import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMetrics } from '../../../runtime/metrics.ts'
import type { Disturbance } from '../../../runtime/record-watch.ts'
import { recordStoreSource } from '../../../runtime/sources/record-store.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

const test = suite('the record store as a source')

/** What is emitted for disturbances that one look at the watch tells. */
async function emitted(disturbances: readonly Disturbance[]) {
  const metrics = createMetrics()
  const log = quietLog()
  const ending = new AbortController()
  const subjects: (string | undefined)[] = []
  const source = recordStoreSource({
    watch: {
      async follow({ tell }) {
        disturbances.forEach(tell)
        await new Promise(setImmediate)
        ending.abort()
      },
    },
    clock: handClock(),
    log,
    metrics,
  })
  await source.start(async ({ subject }) => {
    subjects.push(subject)
    return []
  }, ending.signal)
  const [contested] = (await metrics.contested.get()).values
  return { subjects, contested: contested?.value, told: log.lines.length }
}

test('takes what somebody does to many keys of a name at once for one disturbance', async () => {
  const keys = ['1', '2', '3', '4', '5', '6', '7']
  const all = keys.map((key): Disturbance => ({ name: 'a.local', kind: 'changed', key }))
  const { subjects, contested, told } = await emitted(all)
  assert.is(subjects.length, 1)
  assert.is(contested, 0)
  assert.is(told, keys.length, 'each key is told')
})

test('tells of a key that mixes names, and mends nothing', async () => {
  const { subjects, told } = await emitted([{ name: 'a.local', kind: 'mixed', key: '1' }])
  assert.equal([subjects.length, told], [0, 1])
})

test.run()
