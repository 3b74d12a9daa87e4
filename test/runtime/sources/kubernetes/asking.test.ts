import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { metadata, type NameKind, type ObjectKind } from '../../../../functions/names/kinds/kind.ts'
import { systemClock as clock } from '../../../../runtime/clock.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { createAsking } from '../../../../runtime/sources/kubernetes/asking.ts'
import { eventually } from '../../../end-to-end/eventually.ts'
import { askSettings } from '../../../support/asked-alone.ts'
import { failureOf } from '../../../support/outcome.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { apiModel } from './api-model.ts'

const schema = z.object({ metadata, color: z.string().nullish(), next: z.string().nullish() })
const kindOf = (kind: string): ObjectKind<z.infer<typeof schema>> => ({
  kind,
  group: 'test',
  versions: ['v1'],
  resource: `${kind.toLowerCase()}s`,
  isCustom: true,
  schema,
})
const lamp = kindOf('Lamp')
const wire = kindOf('Wire')

/** A house asks for a name of the colour of its lamp, to which its wire leads. */
const house: NameKind<z.infer<typeof schema>> = {
  ...kindOf('House'),
  asks({ next }, { find }) {
    const [first] = find(wire, { namespace: 'town', name: next ?? '' })
    const lamps = first
      ? find(lamp, { namespace: 'town', name: first.next ?? '' })
      : find(lamp, { namespace: 'town', label: { key: 'all', value: 'yes' } })
    return { asks: lamps.map(({ color }) => ({ host: String(color), targets: [] })), refused: [] }
  },
}

type Started = ReturnType<typeof startAsking>

/** A scene in a world of its own. */
async function inWorld(
  options: Parameters<typeof startAsking>[0],
  scene: (world: Started) => Promise<void>,
): Promise<void> {
  const world = startAsking(options)
  try {
    await scene(world)
  } finally {
    await world.close()
  }
}

/** Houses asked by themselves, or while others are mirrored. */
function startAsking({ mirrored = false, absent = false } = {}) {
  const api = absent ? apiModel(lamp) : apiModel(lamp, wire)
  const asking = createAsking({
    kinds: [house],
    client: api.client,
    settings: () => askSettings(),
    clock,
    log: quietLog(),
  })
  const ending = new AbortController()
  const again: string[] = []
  const mirroring = mirrored
    ? asking.mirror((dependents) => again.push(...dependents), ending.signal)
    : undefined
  return {
    api,
    again,
    forget: (name: string) => asking.forget({ kind: 'House', namespace: 'town', name }),
    async ask(name: string, next = name) {
      const owner = {
        kind: 'House',
        namespace: 'town',
        name,
        uid: 'u',
        at: { era: 0, version: 7n },
      }
      const object = { metadata: { namespace: 'town', name }, next }
      const { asked, owner: at } = await asking.ask({ kind: house, owner, object })
      return [...asked.asks.map(({ host }) => host), `seen ${at.at.seen}`].join(' ')
    },
    async close() {
      ending.abort(new RetryLater('over'))
      await mirroring
    },
  }
}

for (const mirrored of [false, true]) {
  const test = suite(`an object asks others, ${mirrored ? 'mirrored' : 'each time anew'}`)
  const scenes: readonly (readonly [what: string, scene: (world: Started) => Promise<void>])[] = [
    [
      'that lead to one another',
      async ({ api, ask }) => {
        api.put(lamp, 'town', 'l', { color: 'red' })
        api.put(wire, 'town', 'a', { next: 'l' })
        assert.is(await ask('a'), 'red seen 102')
      },
    ],
    [
      'of which the newest tells the position',
      async ({ api, ask }) => {
        api.put(wire, 'town', 'a', { next: 'l' })
        api.put(lamp, 'town', 'l', { color: 'red' })
        api.put(lamp, 'town', 'other', { color: 'blue' })
        assert.is(await ask('a'), 'red seen 102')
      },
    ],
    [
      'that have a label, in the order of their names',
      async ({ api, ask }) => {
        const labels = { metadata: { labels: { all: 'yes' } } }
        api.put(lamp, 'town', 'b', { ...labels, color: 'blue' })
        api.put(lamp, 'town', 'a', { ...labels, color: 'red' })
        api.put(lamp, 'town', 'c', { metadata: { labels: { all: 'no' } }, color: 'green' })
        api.put(lamp, 'elsewhere', 'd', { ...labels, color: 'grey' })
        assert.is(await ask('a'), 'red blue seen 104')
      },
    ],
    ['that are not there, as of when', async ({ ask }) => assert.is(await ask('a'), 'seen 100')],
    [
      'of a kind that the API server refuses, and waits',
      async ({ api, ask }) => {
        api.status = 403
        assert.instance(await failureOf(ask('a')), RetryLater)
      },
    ],
  ]
  for (const [what, scene] of scenes) {
    test(what, () => inWorld({ mirrored }, scene))
  }
  test('of a kind that is not installed: there are none', () =>
    inWorld({ mirrored, absent: true }, async ({ api, ask }) => {
      api.put(lamp, 'town', 'a', { metadata: { labels: { all: 'yes' } }, color: 'red' })
      assert.is(await ask('a'), 'red seen 101')
    }))
  test.run()
}

const test = suite('who asked a mirror is named again')
const again = (scene: (world: Started) => Promise<void>) =>
  inWorld({ mirrored: true }, async (world) => {
    world.api.put(lamp, 'town', 'l', { color: 'red' })
    world.api.put(wire, 'town', 'a', { next: 'l' })
    await world.ask('a')
    await world.ask('b')
    world.again.length = 0
    await scene(world)
  })

test('when what it asked for changes, and nobody else is', () =>
  again(async ({ api, ask, again }) => {
    api.put(lamp, 'town', 'l', { color: 'green' })
    await eventually(() => assert.equal(again, ['House/town/a']))
    assert.is(await ask('a'), 'green seen 103')
  }))
test('when it goes, and its position grows by that', () =>
  again(async ({ api, ask, again }) => {
    api.remove(lamp, 'town', 'l')
    await eventually(() => assert.equal(again, ['House/town/a']))
    assert.is(await ask('a'), 'seen 103')
  }))
test('when it comes', () =>
  again(async ({ api, ask, again }) => {
    api.put(wire, 'town', 'b', { next: 'l' })
    await eventually(() => assert.equal(again, ['House/town/b']))
    assert.is(await ask('b'), 'red seen 103')
  }))
test('when it begins or ceases to have a label', () =>
  again(async ({ api, again }) => {
    api.put(lamp, 'town', 'x', { metadata: { labels: { all: 'yes' } } })
    await eventually(() => assert.equal(again, ['House/town/b']))
    api.put(lamp, 'town', 'x', { metadata: { labels: {} } })
    await eventually(() => assert.equal(again, ['House/town/b', 'House/town/b']))
  }))
test('not when nothing that is read of it changes', () =>
  again(async ({ api, again }) => {
    api.put(lamp, 'town', 'l', { color: 'red', heartbeat: 5 })
    api.put(wire, 'town', 'a', { next: 'none' }) // comes after it on no stream of its own, so is awaited
    await eventually(() => assert.equal(again, ['House/town/a']))
  }))
test('not once it is gone', () =>
  again(async ({ api, forget, again }) => {
    forget('a')
    api.put(lamp, 'town', 'l', { color: 'blue' })
    api.put(lamp, 'town', 'x', { metadata: { labels: { all: 'yes' } } }) // on the same stream
    await eventually(() => assert.equal(again, ['House/town/b']))
  }))
test('not for what it asks for no longer', () =>
  again(async ({ api, ask, again }) => {
    api.put(wire, 'town', 'a', { next: 'm' })
    await eventually(() => assert.equal(again, ['House/town/a']))
    await ask('a')
    api.put(lamp, 'town', 'l', { color: 'blue' })
    api.put(lamp, 'town', 'm', { color: 'white' })
    await eventually(() => assert.equal(again, ['House/town/a', 'House/town/a']))
    assert.is(await ask('a'), 'white seen 105')
  }))
test.run()
