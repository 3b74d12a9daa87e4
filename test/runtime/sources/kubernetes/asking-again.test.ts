import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryLater } from '../../../../runtime/errors.ts'
import { createAskingAgain } from '../../../../runtime/sources/kubernetes/asking-again.ts'
import { ingressKind } from '../../../support/asked-alone.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'

/** One reflector whose rounds end when the test says so. */
function start() {
  const clock = handClock()
  const log = quietLog()
  const rounds: { readonly names: string[]; end(error?: Error): void }[] = []
  const reflector = {
    kind: ingressKind,
    sendAgain: (names: ReadonlySet<string>) =>
      new Promise<void>((resolve, reject) =>
        rounds.push({ names: [...names], end: (error) => (error ? reject(error) : resolve()) }),
      ),
  }
  const again = createAskingAgain([reflector], { clock, log })
  const ending = new AbortController()
  const running = again.run({ emit: async () => [], signal: ending.signal })
  return {
    clock,
    log,
    rounds,
    add: (...ids: string[]) => again.add(new Set(ids)),
    async close() {
      ending.abort(new RetryLater('over'))
      for (const { end } of rounds) end()
      await running
    },
  }
}

const test = suite('those are asked again with whom something decides')

test('of their kind, all that came in one round', async () => {
  const world = start()
  world.add('Ingress/shop/a', 'Ingress/shop/b')
  world.add('Ingress/shop/a', 'Service/shop/c')
  await world.clock.pass(0)
  assert.equal(
    world.rounds.map(({ names }) => names),
    [['shop/a', 'shop/b']],
  )
  await world.close()
})
test('what comes during a round is the next one', async () => {
  const world = start()
  world.add('Ingress/shop/a')
  await world.clock.pass(0)
  world.add('Ingress/shop/a')
  world.add('Ingress/shop/b')
  await world.clock.pass(0)
  assert.is(world.rounds.length, 1)
  world.rounds[0]?.end()
  await world.clock.pass(0)
  assert.equal(
    world.rounds.map(({ names }) => names),
    [['shop/a'], ['shop/a', 'shop/b']],
  )
  await world.close()
})
test('after a failure once more, with those that came meanwhile', async () => {
  const world = start()
  world.add('Ingress/shop/a')
  await world.clock.pass(0)
  world.add('Ingress/shop/b')
  world.rounds[0]?.end(new RetryLater('no answer'))
  await world.clock.pass(0)
  assert.is(world.rounds.length, 1)
  await world.clock.pass(1_000)
  assert.equal(world.rounds[1]?.names.toSorted(), ['shop/a', 'shop/b'])
  assert.equal(
    world.log.lines.map(([text]) => text),
    ['warn asked again later: no answer'],
  )
  await world.close()
})
test('one that lies in no namespace', async () => {
  const world = start()
  world.add('Ingress//a')
  await world.clock.pass(0)
  assert.equal(world.rounds[0]?.names, ['/a'])
  await world.close()
})

test.run()
