import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { full, seed } from '../../../runner/full.ts'
import { HostModel, happening } from './host-model.ts'

const test = suite('whatever happens to a host')

const sequence = fc.array(happening, { minLength: 1, maxLength: 40 })
const runs = { seed, numRuns: full ? 20_000 : 500 }

test('after a restore it is as others want it: nothing of theirs overwritten, nothing of ours left', () =>
  fc.assert(
    fc.asyncProperty(sequence, async (happenings) => {
      const model = new HostModel()
      for (const each of happenings) await model.happens(each)
      await model.restore()
      assert.equal(model.strange(), [])
    }),
    runs,
  ))

test('after each stop, and each look while the cluster is down, it is so at once', () =>
  fc.assert(
    fc.asyncProperty(sequence, async (happenings) => {
      const model = new HostModel()
      for (const each of happenings.filter(({ is }) => is !== 'jam')) {
        await model.happens(each)
        if (each.is === 'stop' || each.is === 'service stops') assert.equal(model.strange(), [])
        if (each.is !== 'reboot') continue
        await model.happens({ is: 'look' })
        assert.equal(model.strange(), [])
      }
    }),
    runs,
  ))

test('while the cluster is started and answers, a look makes every adapter that is up ask it', () =>
  fc.assert(
    fc.asyncProperty(sequence, async (happenings) => {
      const model = new HostModel()
      for (const each of happenings.filter(({ is }) => is !== 'jam')) await model.happens(each)
      await model.happens({ is: 'cluster', answers: true })
      await model.happens({ is: 'start' })
      const [adapter] = model.host.adapters.keys()
      if (adapter === undefined) return
      await model.happens({ is: 'overwrite', id: adapter, name: 'v4', value: ['9.9.9.9'] })
      await model.happens({ is: 'look' })
      const up = [...model.host.adapters.values()].filter(({ isUp }) => isUp)
      for (const { now } of up) assert.equal(now, { v4: ['172.19.1.100'], v6: [] })
    }),
    runs,
  ))

test.run()
