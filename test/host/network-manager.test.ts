// time limit: 300 s
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../runtime/clock.ts'
import type { Wish } from '../../runtime/effects/adapters/driver.ts'
import { createNetworkManager } from '../../runtime/effects/adapters/network-manager.ts'
import { createResolved } from '../../runtime/effects/adapters/resolved.ts'
import { GiveUp } from '../../runtime/errors.ts'
import { eventually } from '../end-to-end/eventually.ts'
import { failureOf } from '../support/outcome.ts'
import { connect, startDhcp, startResolved } from './daemons.ts'
import { put } from './host.ts'
import {
  clusterServer,
  connectionFile,
  startNetworkManagerWorld,
  wire,
} from './network-manager-world.ts'
import { listen, told } from './told.ts'

const test = suite('NetworkManager')
let world: Awaited<ReturnType<typeof startNetworkManagerWorld>>
const { signal } = new AbortController()

test.before(async () => {
  world = await startNetworkManagerWorld()
})
test.after(() => world?.stop())

const wish = (mode: Wish['mode'], server: Wish['server'] = clusterServer): Wish => ({
  mode,
  zones: ['cluster.local'],
  server,
})

const driver = ({ run, follow, path } = world.host) =>
  createNetworkManager({
    run,
    follow,
    files: {
      resolvConf: path('/etc/resolv.conf'),
      dnsmasqFolder: path('/etc/NetworkManager/dnsmasq.d'),
    },
  })

/** What is in force on the host: resolv.conf, each device's settings, the connection's file. */
const state = async () => {
  const { host } = world
  const places = await driver().places(wish('all'), signal)
  return {
    resolvConf: await host.sh('cat /etc/resolv.conf'),
    now: places.map(({ id, now }) => ({ id, now })),
    file: readFileSync(host.path(connectionFile), 'utf8'),
    // what NetworkManager would keep over a reboot, or until it
    files: await host.sh(
      'ls /etc/NetworkManager/system-connections /run/NetworkManager/system-connections',
    ),
  }
}

const onlyOurs = async () =>
  assert.is(
    await world.host.sh('grep ^nameserver /etc/resolv.conf'),
    `nameserver ${clusterServer.address}\n`,
  )

test('it decides where it writes resolv.conf', async () => {
  await world.startWith('default')
  const { applies, because } = await driver().detect(signal)
  assert.is(applies, true)
  assert.match(because, /is NetworkManager’s, which has dns=default/)
})

test('with mode all each device asks the server, in memory, and then what it asked before', async () => {
  const { answer } = world
  const before = await state()
  assert.is(await answer('www.example.com'), '203.0.113.1')

  const { places, takeBack } = await told(driver(), wish('all'), signal)
  assert.equal(
    places.map(({ label }) => label),
    ['up0 (Wired: one)'],
  )
  await eventually(onlyOurs)
  assert.is(await answer('www.example.com'), '203.0.113.99')
  assert.is(await answer('shop.cluster.local'), '172.19.1.100')
  assert.equal(await driver().read('up0', signal), places[0]?.wanted)
  const { file, files } = await state()
  assert.equal({ file, files }, { file: before.file, files: before.files })

  await takeBack()
  await eventually(async () => assert.equal(await state(), before))
  assert.is(await answer('www.example.com'), '203.0.113.1')
})

test('servers that somebody has set himself go back as they were', async () => {
  const { host } = world
  await host.sh(
    'nmcli device modify up0 ipv4.dns "10.9.0.2 10.9.0.7" ipv4.ignore-auto-dns yes ipv4.dns-priority 7 ipv6.dns fd00::7',
  )
  const before = await state()
  const { takeBack } = await told(driver(), wish('all'), signal)
  await takeBack()
  await eventually(async () => assert.equal(await state(), before))
  await host.sh('nmcli device reapply up0')
})

test('a device connects anew and has lost all: that is told, and a second write mends it', async () => {
  const { host, answer } = world
  const { takeBack } = await told(driver(), wish('all'), signal)
  const changes = listen(driver())
  await eventually(async () => {
    await host.sh('nmcli connection up "Wired: one"')
    assert.ok(changes.count > 0)
  })
  await changes.end()
  assert.is(await answer('www.example.com'), '203.0.113.1')
  const again = await told(driver(), wish('all'), signal)
  await eventually(async () => assert.is(await answer('www.example.com'), '203.0.113.99'))
  await again.takeBack()
  await takeBack()
})

test('a device that comes later is told too', async () => {
  const { host, answer } = world
  const { takeBack } = await told(driver(), wish('all'), signal)
  const changes = listen(driver())
  await connect(host, { link: 'up1', netns: 'second', otherAddress: '10.8.0.2/24' })
  await startDhcp(host, { netns: 'second', address: '10.8.0.2', range: '10.8.0.10,10.8.0.50' })
  wire(host, 'up1', 'Wired: two', 'second')
  await host.sh('nmcli connection reload; nmcli connection up "Wired: two"')
  await eventually(() => assert.ok(changes.count > 0))
  await changes.end()
  await eventually(onlyOurs) // its servers are not asked meanwhile
  const { places, takeBack: takeBoth } = await told(driver(), wish('all'), signal)
  assert.equal(places.map(({ id }) => id).sort(), ['up0', 'up1'])
  assert.is(await answer('www.example.com'), '203.0.113.99')
  await takeBoth()
  await takeBack()
  await host.sh('ip link del up1')
  assert.is(await driver().read('up1', signal), undefined)
})

test('what it can’t do it says, with the way out', async () => {
  const port = await failureOf(
    driver().places(wish('all', { ...clusterServer, port: 5300 }), signal),
  )
  assert.instance(port, GiveUp)
  assert.match(String(port), /port 53/)
  const split = await failureOf(driver().places(wish('split'), signal))
  assert.instance(split, GiveUp)
  assert.match(String(split), /dns=default: write dns=dnsmasq/)
  const gone = await failureOf(driver().write('up9', { 'ipv4.dns': null }, signal))
  assert.match(String(gone), /RetryLater.*up9/)
})

test('with dnsmasq the zones are asked there and all else where it was', async () => {
  const { host, answer } = world
  await world.startWith('dnsmasq')
  assert.match((await driver().detect(signal)).because, /dns=dnsmasq/)
  const { places, takeBack } = await told(driver(), wish('split'), signal)
  await eventually(async () => assert.is(await answer('shop.cluster.local'), '172.19.1.100'))
  assert.is(await answer('www.example.com'), '203.0.113.1')
  const [{ id, wanted } = { id: '', wanted: {} }] = places
  assert.equal(await driver().read(id, signal), wanted)
  await driver().flush(signal)

  await takeBack()
  assert.is(await host.sh('ls -A /etc/NetworkManager/dnsmasq.d'), '')
  await eventually(async () => assert.is(await answer('shop.cluster.local'), 'no answer'))
  assert.is(await answer('www.example.com'), '203.0.113.1')
})

test('where it hands on to systemd-resolved, that decides, and its link of ours is left alone', async () => {
  const { host, answer } = world
  await startResolved(host)
  await world.startWith('systemd-resolved')
  put(host, '/etc/nsswitch.conf', 'hosts: files resolve [!UNAVAIL=return] dns\n')
  const resolved = createResolved({
    run: host.run,
    follow: host.follow,
    clock: systemClock,
    files: {
      nsswitch: host.path('/etc/nsswitch.conf'),
      resolvConf: host.path('/etc/resolv.conf'),
    },
  })
  assert.is((await driver().detect(signal)).applies, false)
  assert.is((await resolved.detect(signal)).applies, true)

  await host.sh(`ip address add ${clusterServer.address}/32 dev lo`)
  const { places, takeBack } = await told(resolved, wish('split'), signal)
  const before = await resolved.read(places[0]?.id ?? '', signal)
  await host.sh('nmcli connection up "Wired: one"')
  assert.equal(await resolved.read(places[0]?.id ?? '', signal), before)
  await eventually(async () => assert.is(await answer('www.example.com'), '203.0.113.1'))
  await takeBack()
  assert.is(await host.sh('ip -brief link show type veth | grep -c k2s || true'), '0\n')
})

test('it does not decide where it does not run', async () => {
  const daemon = await world.startWith('default')
  await daemon.stop()
  assert.match((await driver().detect(signal)).because, /nobody is/)
})

test.run()
