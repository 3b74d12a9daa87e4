// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FollowCommand } from '../../runtime/clients/follow.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Wish } from '../../runtime/effects/adapters/driver.ts'
import { createResolved } from '../../runtime/effects/adapters/resolved.ts'
import { GiveUp } from '../../runtime/errors.ts'
import { eventually } from '../end-to-end/eventually.ts'
import { failureOf } from '../support/outcome.ts'
import { put } from './host.ts'
import { clusterZone, elsewhere, here, startResolvedWorld } from './resolved-world.ts'
import { listen, told } from './told.ts'

const test = suite('systemd-resolved')
let world: Awaited<ReturnType<typeof startResolvedWorld>>
const { signal } = new AbortController()

test.before(async () => {
  world = await startResolvedWorld()
})
test.after(() => world?.stop())

const wish = (server: Wish['server'], mode: Wish['mode'] = 'split'): Wish => ({
  mode,
  zones: [clusterZone, 'apps.example'],
  server,
})

const driver = ({ run, follow } = world.host) =>
  createResolved({
    run,
    follow,
    clock: systemClock,
    files: {
      nsswitch: world.host.path('/etc/nsswitch.conf'),
      resolvConf: world.host.path('/etc/resolv.conf'),
    },
  })

test('it decides where the C library asks it', async () => {
  const { applies, because } = await driver().detect(signal)
  assert.is(applies, true)
  assert.match(because, /`resolve` before `dns`/)
})

test('a server on this host is asked for the zones alone, by a link of ours', async () => {
  const { host, answer, state, wasAsked } = world
  const before = await state()
  assert.is(await answer('shop.cluster.local'), 'no answer')

  const { takeBack } = await told(driver(), wish(here), signal)
  await driver().flush(signal)
  assert.is(await answer('shop.cluster.local'), '127.0.0.1')
  assert.is(await answer('www.example.com'), '203.0.113.1')
  assert.is(await host.sh('curl -s http://shop.cluster.local:8080/health'), 'OK')
  assert.not(wasAsked('here', 'www.example.com'))
  assert.not(wasAsked('internet', 'shop.cluster.local'), 'a name of the cluster was told outside')

  await takeBack()
  assert.is(await state(), before)
})

test('what it says of a place after a write is what was written', async () => {
  const [place] = await driver().places(wish(here), signal)
  assert.equal(place?.now, { exists: null, dns: null, domains: null, defaultRoute: null })
  const { places, takeBack } = await told(driver(), wish(here), signal)
  const [{ id, wanted } = { id: '', wanted: {} }] = places
  assert.equal(await driver().read(id, signal), wanted)
  await driver().write(id, wanted, signal)
  assert.equal(await driver().read(id, signal), wanted, 'a second write changes nothing')
  await takeBack()
  assert.is(await driver().read(id, signal), undefined)
})

test('a server elsewhere is told to the link that leads there', async () => {
  const { host, answer, state, wasAsked } = world
  await host.sh('resolvectl domain cluster0 corp.example; resolvectl default-route cluster0 yes')
  const before = await state()

  const { places, takeBack } = await told(driver(), wish(elsewhere), signal)
  await driver().flush(signal)
  assert.equal(
    places.map(({ id }) => id),
    ['cluster0'],
  )
  assert.is(await answer('shop.cluster.local'), '172.19.1.100')
  assert.is(await answer('www.example.com'), '203.0.113.1')
  assert.not(wasAsked('elsewhere', 'www.example.com'))

  await takeBack()
  assert.is(await state(), before)
  await host.sh('resolvectl revert cluster0')
})

test('a link that has servers of its own is left alone', async () => {
  const { host, state } = world
  await host.sh('resolvectl dns cluster0 10.20.0.2')
  const before = await state()
  const refused = await failureOf(driver().places(wish(elsewhere), signal))
  assert.instance(refused, GiveUp)
  assert.match(String(refused), /its own \(10\.20\.0\.2\)/)
  assert.is(await state(), before)
  await host.sh('resolvectl revert cluster0')
})

for (const [where, server] of Object.entries({ here, elsewhere })) {
  test(`with mode all every question goes to a server ${where}`, async () => {
    const { host, answer, state } = world
    await host.sh('resolvectl dns cluster0 10.20.0.2; resolvectl domain cluster0 corp.example')
    const before = await state()

    const { takeBack } = await told(driver(), wish(server, 'all'), signal)
    await driver().flush(signal)
    assert.is(
      await answer('www.example.com'),
      server === here ? 'no answer' : '203.0.113.99',
      'the server of the Internet was asked',
    )
    assert.is(await answer('shop.cluster.local'), server === here ? '127.0.0.1' : '172.19.1.100')

    await takeBack()
    assert.is(await state(), before)
    await driver().flush(signal)
    assert.is(await answer('www.example.com'), '203.0.113.1')
    await host.sh('resolvectl revert cluster0')
  })
}

test('an answer from before is forgotten by a flush', async () => {
  const { answer, servers } = world
  const { takeBack } = await told(driver(), wish(elsewhere), signal)
  assert.is(await answer('shop.cluster.local'), '172.19.1.100')
  await servers.elsewhere.stop()
  assert.is(await answer('shop.cluster.local'), '172.19.1.100')
  await driver().flush(signal)
  assert.is(await answer('shop.cluster.local'), 'no answer')
  await servers.elsewhere.start()
  await takeBack()
})

test('resolved starts anew and has lost all: that is told, and a second write mends it', async () => {
  const { host, answer, loseAll } = world
  const { places, takeBack } = await told(driver(), wish(here), signal)
  const changes = listen(driver())
  await eventually(async () => {
    await loseAll()
    assert.ok(changes.count > 0)
  })
  await changes.end()
  await host.sh('resolvectl dns up0 10.9.0.2')
  const [{ id, wanted } = { id: '', wanted: {} }] = places
  assert.equal(await driver().read(id, signal), {
    exists: true,
    dns: null,
    domains: null,
    defaultRoute: false,
  })
  await driver().write(id, wanted, signal)
  assert.is(await answer('shop.cluster.local'), '127.0.0.1')
  await takeBack()
})

test('a link that goes or comes is told', async () => {
  const { host } = world
  const { places, takeBack } = await told(driver(), wish(here), signal)
  const changes = listen(driver())
  await eventually(async () => {
    await host.sh('ip link del k2s-dns0 2>/dev/null || ip link add k2s-dns0 type veth')
    assert.ok(changes.count > 0)
  })
  await changes.end()
  await host.sh('ip link del k2s-dns0 2>/dev/null || true')
  assert.is(await driver().read(places[0]?.id ?? '', signal), undefined)
  await takeBack()
})

test('with the bus the messages end, and that is said', async () => {
  const { host } = world
  const follow: FollowCommand = (_program, args, until) => host.follow('false', args, until)
  const deaf = createResolved({ run: host.run, follow, clock: systemClock })
  assert.match(String(await failureOf(listen(deaf).ended)), /it has ended/)
})

test('a link that systemd-networkd keeps: it says where the setting belongs', async () => {
  const { host, state } = world
  const before = await state()
  const file = await host.sh(
    'echo -n /run/systemd/netif/links/$(cat /sys/class/net/cluster0/ifindex)',
  )
  put(host, '/run/state', 'ADMIN_STATE=configured\nOPER_STATE=routable\n') // as networkd does
  await host.sh(`mv /run/state ${file}`)
  await eventually(async () => {
    const refused = await failureOf(told(driver(), wish(elsewhere), signal))
    assert.match(String(refused), /GiveUp: systemd-networkd keeps cluster0 .* \.network file/)
  })
  await host.sh(`rm ${file}`)
  await eventually(() => host.sh('resolvectl revert cluster0'))
  assert.is(await state(), before)
})

test('without root it says so', async () => {
  const { host } = world
  const nobody = createResolved({
    run: (program, args, options) =>
      host.run('setpriv', ['--reuid=65534', '--clear-groups', program, ...args], options),
    follow: host.follow,
    clock: systemClock,
  })
  for (const server of [here, elsewhere]) {
    const refused = await failureOf(told(nobody, wish(server), signal))
    assert.instance(refused, GiveUp)
    assert.match(String(refused), /root/)
  }
})

test('it does not decide where the C library asks somebody else, or where it does not run', async () => {
  const { host, resolved } = world
  put(host, '/etc/nsswitch.conf', 'hosts: files dns\n')
  assert.is((await driver().detect(signal)).applies, true)
  put(host, '/etc/resolv.conf', 'nameserver 127.0.0.53\nnameserver 10.9.0.2\n')
  const { applies, because } = await driver().detect(signal)
  assert.is(applies, false)
  assert.match(because, /names 127\.0\.0\.53, 10\.9\.0\.2/)
  await resolved.stop()
  assert.match((await driver().detect(signal)).because, /nobody is org\.freedesktop\.resolve1/)
})

test.run()
