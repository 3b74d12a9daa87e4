// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Wish } from '../../runtime/effects/adapters/driver.ts'
import { eventually } from '../end-to-end/eventually.ts'
import { hostCommands } from './host-commands.ts'
import { clusterServer, startNetworkManagerWorld } from './network-manager-world.ts'
import { elsewhere, here, startResolvedWorld } from './resolved-world.ts'

const zones = ['cluster.local']

const resolved = suite('the commands, with systemd-resolved')
{
  let world: Awaited<ReturnType<typeof startResolvedWorld>>
  resolved.before(async () => {
    world = await startResolvedWorld()
  })
  resolved.after(() => world?.stop())
  const commands = (server: Wish['server']) =>
    hostCommands(world.host, { mode: 'split', zones, server })

  resolved('a start gives the host the names, a stop takes them away', async () => {
    const { answer, state } = world
    const before = await state()
    const { start, stop, doctor } = commands(here)
    assert.match((await doctor()).text, /resolved/)

    const started = await start()
    assert.is(started.code, 0, started.text)
    assert.match(started.text, /resolved: k2s-dns0.*gets shop\.cluster\.local, www\.example\.com/)
    assert.is(await answer('shop.cluster.local'), '127.0.0.1')
    assert.is(await answer('www.example.com'), '203.0.113.1')

    const stopped = await stop()
    assert.is(stopped.code, 0, stopped.text)
    assert.match(stopped.text, /as it was found/)
    assert.is(await state(), before)
  })

  resolved('after a start that is never stopped a restore finds the way back', async () => {
    const { host, state } = world
    await host.sh('resolvectl domain cluster0 corp.example')
    const before = await state()
    const started = await commands(elsewhere).start()
    assert.is(started.code, 0, started.text)
    assert.is.not(await state(), before)
    const { code, text } = await commands(elsewhere).restore()
    assert.is(code, 0, text)
    assert.is(await state(), before)
    await host.sh('resolvectl revert cluster0')
  })

  resolved('if the names do not come, the host is as before and the hook says why', async () => {
    const { servers, state } = world
    const before = await state()
    await servers.elsewhere.stop()
    const { code, text } = await commands(elsewhere).start()
    assert.is.not(code, 0)
    assert.match(text, /172\.19\.1\.100/)
    assert.is(await state(), before)
    await servers.elsewhere.start()
  })

  resolved(
    'a link with servers of its own: nothing is changed, and the way out is said',
    async () => {
      const { host, state } = world
      await host.sh('resolvectl dns cluster0 10.20.0.2')
      const before = await state()
      const { code, text } = await commands(elsewhere).start()
      assert.is.not(code, 0)
      assert.match(text, /cluster0.*has DNS servers of its own.*host\.mode to all/s)
      assert.is(await state(), before)
      await host.sh('resolvectl revert cluster0')
    },
  )

  resolved(
    'while it is looked after, what resolved has lost comes back, until the end',
    async () => {
      const { host, answer, state } = world
      const before = await state()
      const { start, look } = commands(here)
      assert.is((await start()).code, 0)
      const service = await look()
      await world.loseAll()
      await host.sh('resolvectl dns up0 10.9.0.2')
      await eventually(async () => assert.is(await answer('shop.cluster.local'), '127.0.0.1'), {
        withinMs: 30_000,
      })
      await host.sh('ip link del k2s-dns0')
      await eventually(async () => assert.is(await answer('shop.cluster.local'), '127.0.0.1'), {
        withinMs: 30_000,
      })
      await service.stop()
      assert.is(await state(), before)
    },
  )
}

const networkManager = suite('the commands, with NetworkManager')
{
  let world: Awaited<ReturnType<typeof startNetworkManagerWorld>>
  networkManager.before(async () => {
    world = await startNetworkManagerWorld()
    await world.startWith('default')
  })
  networkManager.after(() => world?.stop())

  networkManager(
    'every question goes to the cluster until it stops, over a reconnect',
    async () => {
      const { host, answer } = world
      const { start, stop, look } = hostCommands(host, {
        mode: 'all',
        zones,
        server: clusterServer,
      })
      const before = await host.sh('cat /etc/resolv.conf')
      const started = await start()
      assert.is(started.code, 0, started.text)
      assert.match(started.text, /network-manager: up0 \(Wired: one\)/)
      assert.is(await answer('www.example.com'), '203.0.113.99')
      const service = await look()
      await host.sh('nmcli connection up "Wired: one"')
      await eventually(async () => assert.is(await answer('www.example.com'), '203.0.113.99'), {
        withinMs: 30_000,
      })
      const stopped = await stop()
      assert.is(stopped.code, 0, stopped.text)
      await service.stop()
      assert.is(await host.sh('cat /etc/resolv.conf'), before)
      assert.is(await answer('www.example.com'), '203.0.113.1')
    },
  )

  networkManager(
    'zones apart: told to its dnsmasq, if it has one; else nothing is changed',
    async () => {
      const { host, answer } = world
      const { start, stop } = hostCommands(host, { mode: 'split', zones, server: clusterServer })
      const before = await host.sh('cat /etc/resolv.conf')
      const refused = await start()
      assert.is.not(refused.code, 0)
      assert.match(refused.text, /write dns=dnsmasq/)
      assert.is(await host.sh('cat /etc/resolv.conf'), before)

      await world.startWith('dnsmasq')
      const started = await start()
      assert.is(started.code, 0, started.text)
      assert.is(await answer('shop.cluster.local'), '172.19.1.100')
      const stopped = await stop()
      assert.is(stopped.code, 0, stopped.text)
      await eventually(async () => assert.is(await answer('shop.cluster.local'), 'no answer'))
    },
  )
}

resolved.run()
networkManager.run()
