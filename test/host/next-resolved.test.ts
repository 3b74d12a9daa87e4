// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../runtime/clock.ts'
import { createResolved } from '../../runtime/effects/adapters/resolved.ts'
import { eventually } from '../end-to-end/eventually.ts'
import { full } from '../runner/full.ts'
import { hostCommands } from './host-commands.ts'
import { ensurePackages, nextResolved } from './packages.ts'
import { clusterZone, elsewhere, here, startResolvedWorld } from './resolved-world.ts'
import { told } from './told.ts'

const test = suite('systemd-resolved as Debian will have it next')
const { signal } = new AbortController()

if (full) {
  let world: Awaited<ReturnType<typeof startResolvedWorld>>
  test.before(async () => {
    world = await startResolvedWorld({ packages: await ensurePackages(nextResolved, process.env) })
  })
  test.after(() => world?.stop())

  const driver = ({ run, follow, path } = world.host) =>
    createResolved({
      run,
      follow,
      clock: systemClock,
      delegates: path('/run/systemd/dns-delegate.d'),
    })
  const zones = [clusterZone, 'apps.example']

  for (const [where, server] of Object.entries({ here, elsewhere })) {
    test(`a server ${where} gets the zones by a file of ours, whichever way leads there`, async () => {
      const { host, answer, state } = world
      await host.sh('resolvectl dns cluster0 10.20.0.2')
      const before = await state()
      const { places, takeBack } = await told(driver(), { mode: 'split', zones, server }, signal)
      const address = server === here ? '127.0.0.1' : '172.19.1.100'
      await eventually(async () => assert.is(await answer('shop.cluster.local'), address))
      assert.is(await answer('www.example.com'), '203.0.113.1')
      const [{ id, wanted } = { id: '', wanted: {} }] = places
      assert.equal(await driver().read(id, signal), wanted)
      assert.is(await state(), before, 'no link has changed')

      await takeBack()
      assert.is(await driver().read(id, signal), undefined)
      await eventually(async () => assert.is(await answer('shop.cluster.local'), 'no answer'))
      await host.sh('resolvectl revert cluster0')
    })
  }

  test('with mode all every question goes there', async () => {
    const { answer } = world
    const { takeBack } = await told(driver(), { mode: 'all', zones, server: elsewhere }, signal)
    await eventually(async () => assert.is(await answer('www.example.com'), '203.0.113.99'))
    assert.is(await answer('shop.cluster.local'), '172.19.1.100')
    await takeBack()
    await eventually(async () => assert.is(await answer('www.example.com'), '203.0.113.1'))
  })

  test('it outlives a restart of resolved that loses all else', async () => {
    const { host, answer, loseAll } = world
    const { takeBack } = await told(driver(), { mode: 'split', zones, server: elsewhere }, signal)
    await loseAll()
    await host.sh('resolvectl dns up0 10.9.0.2')
    await eventually(async () => assert.is(await answer('shop.cluster.local'), '172.19.1.100'))
    await takeBack()
  })

  test('the commands: there and back', async () => {
    const { host, answer, state } = world
    const before = await state()
    const { start, stop } = hostCommands(host, {
      mode: 'split',
      zones: [clusterZone],
      server: elsewhere,
    })
    const started = await start()
    assert.is(started.code, 0, started.text)
    assert.is(await answer('shop.cluster.local'), '172.19.1.100')
    const stopped = await stop()
    assert.is(stopped.code, 0, stopped.text)
    await eventually(async () => assert.is(await answer('shop.cluster.local'), 'no answer'))
    assert.is(await state(), before)
  })
} else {
  test('it is fetched and run by `npm run test:full`', () => undefined)
}

test.run()
