import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCandidacy } from '../../../runtime/leadership/candidacy.ts'
import { handClock, settled } from '../../support/hand-clock.ts'
import { leaseModel, type Trouble } from './lease-model.ts'

const held = (by: string, leaseDurationSeconds: number | null = 2) => ({
  holderIdentity: by,
  leaseDurationSeconds,
})

/** A replica called `me` that waits for the Lease. */
function waiting(model = leaseModel(), trouble: Trouble = {}) {
  const clock = handClock()
  const troubles: string[] = []
  const candidacy = createCandidacy({
    lease: model.connect(trouble),
    identity: 'me',
    leaseSeconds: 3,
    clock,
    onTrouble: (message) => troubles.push(message),
  })
  let free = false
  const { signal } = new AbortController()
  async function wait() {
    free = false
    await candidacy.untilFree(signal)
    free = true
  }
  void wait()
  return {
    model,
    clock,
    troubles,
    candidacy,
    wait: () => void wait(),
    isFree: async () => {
      await settled()
      return free
    },
  }
}

/** @returns milliseconds, in steps of ten */
async function freeAfter({ clock, isFree }: ReturnType<typeof waiting>): Promise<number> {
  const since = clock.now()
  while (!(await isFree())) {
    if (clock.now() - since > 120_000) return Number.POSITIVE_INFINITY
    await clock.pass(10)
  }
  return clock.now() - since
}

function found(...[by, seconds]: Parameters<typeof held>) {
  const model = leaseModel()
  model.edit(held(by, seconds))
  return waiting(model)
}

const free = suite('a Lease is free')

free('at once if there is none', async () => {
  assert.is(await freeAfter(waiting()), 0)
})
free('at once if it was given back', async () => {
  assert.is(await freeAfter(found('')), 0)
})
free('at once if it is ours: an answer got lost', async () => {
  assert.is(await freeAfter(found('me')), 0)
})
free('after its time, counted from when it was seen', async () => {
  assert.is(await freeAfter(found('other')), 2_000)
})
free('after our own time if it states none', async () => {
  assert.is(await freeAfter(found('other', null)), 3_000)
})
free('after a minute, however long it was edited to', async () => {
  assert.is(await freeAfter(found('other', 3_600)), 60_000)
})
free('later with each renewal', async () => {
  const world = found('other')
  for (let renewal = 0; renewal < 5; renewal++) {
    await world.clock.pass(1_500)
    world.model.edit(held('other'))
  }
  assert.is(await freeAfter(world), 2_000)
})
free('as soon as it is given back', async () => {
  const world = found('other')
  await world.clock.pass(700)
  world.model.edit(held(''))
  assert.is(await freeAfter(world), 0)
})
free('after its time if it is deleted: its holder does not know yet', async () => {
  const world = found('other')
  await world.clock.pass(500)
  world.model.delete()
  assert.is(await freeAfter(world), 1_500)
})
free('after the time of whoever made it anew', async () => {
  const world = found('other')
  await world.clock.pass(500)
  world.model.delete()
  await world.clock.pass(300)
  world.model.edit(held('third'))
  const after = await freeAfter(world)
  assert.ok(after >= 2_000 && after <= 2_250, String(after)) // seen by the next read
})

const unwatched = suite('without a watch')

unwatched('renewals are seen by reading, and the trouble is told', async () => {
  const model = leaseModel()
  model.edit(held('other'))
  const world = waiting(model, { unwatched: true })
  for (let renewal = 0; renewal < 5; renewal++) {
    await world.clock.pass(1_500)
    world.model.edit(held('other'))
  }
  assert.is(await world.isFree(), false)
  assert.equal([...new Set(world.troubles)], ['watch: 403 forbidden'])
  world.model.edit(held(''))
  assert.ok((await freeAfter(world)) <= 250)
})

const others = suite('another one leads')

others('not if it was only found: it may be dead', async () => {
  const { candidacy, isFree } = found('other')
  await isFree()
  assert.is(candidacy.othersLead, false)
})
others('once it was seen renewing, until its time is over', async () => {
  const { candidacy, model, clock, isFree } = found('other')
  await isFree()
  model.edit(held('other'))
  await isFree()
  assert.is(candidacy.othersLead, true)
  await clock.pass(1_990)
  assert.is(candidacy.othersLead, true)
  await clock.pass(10)
  assert.is(candidacy.othersLead, false)
})
others('once it was seen taking the Lease', async () => {
  const { candidacy, model, isFree } = found('other')
  await isFree()
  model.edit(held('third'))
  await isFree()
  assert.is(candidacy.othersLead, true)
})
others('not when it has given it back', async () => {
  const { candidacy, model, isFree } = found('other')
  await isFree()
  model.edit(held('other'))
  model.edit(held(''))
  await isFree()
  assert.is(candidacy.othersLead, false)
})

free.run()
unwatched.run()
others.run()
