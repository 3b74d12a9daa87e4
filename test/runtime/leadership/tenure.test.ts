import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryLater } from '../../../runtime/errors.ts'
import { createTenure } from '../../../runtime/leadership/tenure.ts'
import { handClock, settled } from '../../support/hand-clock.ts'
import { failureOf } from '../../support/outcome.ts'
import { leaseModel, never, type Trouble } from './lease-model.ts'

const { signal } = new AbortController()

/** A replica called `me`; the Lease lasts 2 s. */
function world(trouble: Trouble = {}) {
  const model = leaseModel()
  const clock = handClock()
  const troubles: string[] = []
  const lease = model.connect(trouble)
  const tenure = createTenure({
    lease,
    identity: 'me',
    leaseSeconds: 2,
    clock,
    onTrouble: (message) => troubles.push(message),
  })
  return {
    model,
    clock,
    troubles,
    tenure,
    take: async () => tenure.take(await model.connect().read(signal), signal),
    /** Keeps it, and counts the renewals. */
    keep() {
      const kept = { renewals: 0, end: undefined as unknown }
      void failureOf(tenure.keep(() => kept.renewals++, signal)).then((end) => {
        kept.end = end
      })
      return kept
    },
  }
}

const taking = suite('taking')

taking('makes the Lease ours, with times of six digits', async () => {
  const { model, take } = world()
  assert.is(await take(), true)
  const { acquireTime, renewTime, ...spec } = model.spec ?? {}
  assert.equal(spec, { holderIdentity: 'me', leaseDurationSeconds: 2, leaseTransitions: 0 })
  assert.match(String(renewTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.is(acquireTime, renewTime)
})
taking('from another counts a transition, and leaves alone what is not ours', async () => {
  const { model, take } = world()
  const spec = { leaseTransitions: 4, acquireTime: 'then', strategy: 'OldestEmulationVersion' }
  model.edit({ holderIdentity: 'other', ...spec })
  assert.is(await take(), true)
  assert.is(model.spec?.leaseTransitions, 5)
  assert.is(model.spec?.['strategy'], 'OldestEmulationVersion')
  assert.is.not(model.spec?.['acquireTime'], 'then')
})
taking('fails if another was quicker', async () => {
  const { model, tenure } = world()
  model.edit({ holderIdentity: '' })
  const over = await model.connect().read(signal)
  model.edit({ holderIdentity: 'other' })
  assert.is(await tenure.take(over, signal), false)
  assert.is(await tenure.take(undefined, signal), false)
  assert.is(model.spec?.holderIdentity, 'other')
})
taking('lasts from before the request, and not until others may take it', async () => {
  const trouble: Trouble = {}
  const { clock, take, tenure } = world(trouble)
  trouble.after = () => clock.sleep(1_000)
  const taken = take()
  await clock.pass(1_000)
  assert.is(await taken, true)
  assert.is(tenure.endsAt, 1_650)
})
taking('is worth nothing if the answer comes too late', async () => {
  const trouble: Trouble = {}
  const { clock, take } = world(trouble)
  trouble.after = () => clock.sleep(1_700)
  const taken = take()
  await clock.pass(1_700)
  assert.is(await taken, false)
})

const keeping = suite('keeping')

keeping('renews it four times in its time', async () => {
  const { model, clock, take, keep, tenure } = world()
  await take()
  const kept = keep()
  const acquired = model.spec?.['acquireTime']
  await clock.pass(2_000)
  assert.is(kept.renewals, 4)
  assert.is(tenure.endsAt, 2_000 + 1_650)
  assert.is(model.spec?.['acquireTime'], acquired)
  assert.is(model.spec?.leaseTransitions, 0)
})
keeping('goes on after an answer that got lost, though the write came through', async () => {
  const trouble: Trouble = {}
  const { clock, take, keep, troubles, model } = world(trouble)
  await take()
  const kept = keep()
  let lost = 0
  trouble.after = () => {
    if (lost++ === 0) throw new RetryLater('no answer')
  }
  await clock.pass(1_000)
  assert.equal(troubles, ['no answer'])
  assert.ok(kept.renewals >= 1)
  assert.is(kept.end, undefined)
  assert.is(model.spec?.holderIdentity, 'me')
})
keeping('goes on if a hand only changed how long it lasts', async () => {
  const { clock, take, keep, model } = world()
  await take()
  const kept = keep()
  model.edit({ ...model.spec, leaseDurationSeconds: 3_600 })
  await clock.pass(1_000)
  assert.is(kept.end, undefined)
  assert.is(model.spec?.leaseDurationSeconds, 2)
})
keeping('ends at the next renewal when another holds it', async () => {
  const { clock, take, keep, model } = world()
  await take()
  const kept = keep()
  model.edit({ ...model.spec, holderIdentity: 'other' })
  await clock.pass(1_000)
  assert.is((kept.end as Error).message, 'the Lease is held by other now')
  assert.is(model.spec?.holderIdentity, 'other')
})
keeping('ends at the next renewal when it was deleted', async () => {
  const { clock, take, keep, model } = world()
  await take()
  const kept = keep()
  model.delete()
  await clock.pass(1_000)
  assert.is((kept.end as Error).message, 'the Lease is held by nobody now')
})
keeping('is tried for as long as it takes: when to end it is told by the clock', async () => {
  const trouble: Trouble = {}
  const { clock, take, keep, tenure } = world(trouble)
  await take()
  const kept = keep()
  trouble.before = () => {
    throw new RetryLater('away')
  }
  await clock.pass(5_000)
  assert.is(kept.end, undefined)
  assert.is(tenure.endsAt, 1_650)
})

const releasing = suite('giving it back')

releasing('frees it', async () => {
  const { take, tenure, model } = world()
  await take()
  await tenure.release(signal)
  assert.is(model.spec?.holderIdentity, '')
})
releasing('also if it changed since we wrote it', async () => {
  const { take, tenure, model } = world()
  await take()
  model.edit({ ...model.spec, leaseDurationSeconds: 9 })
  await tenure.release(signal)
  assert.is(model.spec?.holderIdentity, '')
})
releasing('leaves it to whoever has it now', async () => {
  const { take, tenure, model, troubles } = world()
  await take()
  model.edit({ ...model.spec, holderIdentity: 'other' })
  await tenure.release(signal)
  assert.is(model.spec?.holderIdentity, 'other')
  assert.equal(troubles, [])
})
releasing('asks for nothing if it never was ours', async () => {
  const { tenure, model } = world({ before: never })
  await tenure.release(signal)
  assert.equal(model.writes, { done: 0, lost: 0 })
})
releasing('does not wait for an API server that is away', async () => {
  const trouble: Trouble = {}
  const { take, tenure, troubles } = world(trouble)
  await take()
  trouble.before = () => {
    throw new RetryLater('away')
  }
  await tenure.release(signal)
  await settled()
  assert.equal(troubles, ['away'])
})

taking.run()
keeping.run()
releasing.run()
