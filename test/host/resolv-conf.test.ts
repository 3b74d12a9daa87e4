// time limit: 300 s
import { existsSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../runtime/clock.ts'
import type { Wish } from '../../runtime/effects/adapters/driver.ts'
import { createResolvConf } from '../../runtime/effects/adapters/resolv-conf.ts'
import { GiveUp } from '../../runtime/errors.ts'
import { eventually } from '../end-to-end/eventually.ts'
import { failureOf } from '../support/outcome.ts'
import { atHome, server, startFileWorld } from './file-world.ts'

const test = suite('plain /etc/resolv.conf, by k2s-dns cluster start and stop')
let world: Awaited<ReturnType<typeof startFileWorld>>

test.before(async () => {
  world = await startFileWorld()
})
test.after(() => world?.stop())
test.before.each(() => world.reset())

const isTold = (text: string) => text.includes(`nameserver ${server}`)

/** Started and stopped, with what getaddrinfo has for a name of ours in between. */
async function thereAndBack(): Promise<void> {
  const before = await world.resolvConf()
  const started = await world.tell('start')
  assert.is(started.code, 0, started.stderr)
  assert.match(started.stdout, /told \(resolv-conf: .*\), and gets shop\.cluster\.local, www\.ex/)
  assert.ok(isTold(await world.resolvConf()))
  assert.is(await world.answer('shop.cluster.local'), '172.19.1.100')
  const stopped = await world.tell('stop')
  assert.is(stopped.code, 0, stopped.stderr)
  assert.is(await world.resolvConf(), before)
  assert.is(await world.answer('shop.cluster.local'), 'no answer')
  assert.is(await world.answer('www.example.com'), '203.0.113.1')
}

test('a file: names answer, and afterwards not a byte is other than it was', thereAndBack)

test('a link: what it leads to is told, and the link stays', async () => {
  const { host } = world
  await host.sh(
    'mkdir -p /run/other; mv /etc/resolv.conf /run/other/; ln -s /run/other/resolv.conf /etc/',
  )
  await thereAndBack()
  assert.is(await host.sh('readlink /etc/resolv.conf'), '/run/other/resolv.conf\n')
  await host.sh('rm /etc/resolv.conf')
})

test('a file that something is mounted on, as in a container', async () => {
  const { host } = world
  await host.sh('cp /etc/resolv.conf /run/mounted; mount --bind /run/mounted /etc/resolv.conf')
  await thereAndBack()
  await host.sh('umount /etc/resolv.conf')
})

test('no file at all: there is none afterwards', async () => {
  const { host } = world
  await host.sh('rm /etc/resolv.conf')
  const { code, stderr } = await world.tell('start')
  assert.is(code, 0, stderr)
  assert.is(await world.answer('shop.cluster.local'), '172.19.1.100')
  await world.tell('stop')
  assert.not.ok(existsSync(host.path('/etc/resolv.conf')))
})

test('a second start and a second stop change nothing', async () => {
  await world.tell('start')
  const told = await world.resolvConf()
  assert.is((await world.tell('start')).code, 0)
  assert.is(await world.resolvConf(), told)
  await world.tell('stop')
  assert.is((await world.tell('stop')).code, 0)
  assert.is((await world.k2sDns(['restore'])).code, 0)
  assert.is(await world.resolvConf(), atHome)
})

test('what others write meanwhile stays', async () => {
  await world.tell('start')
  world.write(`nameserver 10.9.0.2\n${await world.resolvConf()}`)
  await world.tell('stop')
  assert.is(
    await world.resolvConf(),
    'nameserver 10.9.0.2\nsearch corp.example\n# by hand\noptions timeout:1',
  )
})

test('it can’t tell zones apart: with mode split it says so and does nothing', async () => {
  const { code, stdout } = await world.tell('start', '--mode=split')
  assert.is(code, 0)
  assert.match(stdout, /nothing was told to this host: .*told with host\.mode all only/)
  assert.is(await world.resolvConf(), atHome)
  await world.tell('stop')
})

test('a server that does not answer: the hook says so, and nothing is changed', async () => {
  const { code, stderr } = await world.tell('start', '--host.server=127.0.0.8')
  assert.is(code, 75)
  assert.match(stderr, /127\.0\.0\.8:53 does not answer for cluster\.local/)
  assert.is(await world.resolvConf(), atHome)
})

test('a file can’t name a port: refused before anything is written down', async () => {
  const driver = createResolvConf({
    path: '/etc/resolv.conf',
    run: world.host.run,
    clock: systemClock,
  })
  const wish: Wish = { mode: 'all', zones: [], server: { address: server, port: 5300 } }
  const refused = await failureOf(driver.places(wish, world.host.signal))
  assert.instance(refused, GiveUp)
  assert.match(String(refused), /host\.server must listen at port 53/)
})

test('a host that then does not get the names: all is put back, and the hook says which', async () => {
  const { host } = world
  await host.sh('sed -i "s/^hosts:.*/hosts: files/" /etc/nsswitch.conf')
  const { code, stderr } = await world.tell('start', '--host.prove.deadlineMs=500')
  await host.sh('sed -i "s/^hosts:.*/hosts: files dns/" /etc/nsswitch.conf')
  assert.is(code, 75)
  assert.match(stderr, /within 500 ms this host did not get shop\.cluster\.local: all was put back/)
  assert.is(await world.resolvConf(), atHome)
})

test('without rights it names them, and nothing is changed', async () => {
  const start = ['cluster', 'start', '--only=host', ...world.flags]
  for (const folder of ['mkdir -p', 'rm -rf']) {
    await world.host.sh(`${folder} /var/lib/k2s-dns`)
    const { code, stderr } = await world.asNobody(start)
    assert.is(code, 1)
    assert.match(stderr, /EACCES: .*run this as root/)
    assert.is(await world.resolvConf(), atHome)
  }
})

test('an immutable file is refused, with the way out', async () => {
  const { host } = world
  await host.sh(
    'mount -t tmpfs x /run/other; cp /etc/resolv.conf /run/other/; chattr +i /run/other/resolv.conf; ln -sf /run/other/resolv.conf /etc/resolv.conf',
  )
  const { code, stderr } = await world.tell('start')
  assert.is(code, 1)
  assert.match(stderr, /immutable, `chattr -i \/run\/other\/resolv\.conf`/)
  assert.is(await world.resolvConf(), atHome)
  await host.sh('chattr -i /run/other/resolv.conf; rm /etc/resolv.conf; umount /run/other')
})

test('killed before it is done: one restore puts all back', async () => {
  const { host } = world
  const moments = [
    async () => existsSync(host.path('/var/lib/k2s-dns/host.journal')),
    async () => isTold(await world.resolvConf()),
  ]
  for (const isTheMoment of moments) {
    await host.sh('rm -rf /var/lib/k2s-dns')
    const killer = new AbortController()
    const unprovable = ['--host.prove.names=nobody.cluster.local,shop.cluster.local']
    const starting = world.k2sDns(
      ['cluster', 'start', '--only=host', ...world.flags, ...unprovable],
      killer.signal,
    )
    await eventually(async () => assert.ok(await isTheMoment()), { pollMs: 1, withinMs: 30_000 })
    killer.abort()
    await starting.catch(() => undefined)
    const { code, stderr } = await world.k2sDns(['restore'])
    assert.is(code, 0, stderr)
    assert.is(await world.resolvConf(), atHome)
  }
})

test('doctor says which driver decides and what the host gets', async () => {
  await world.tell('start')
  const { code, stdout } = await world.k2sDns(['doctor', '--output=json', ...world.flags])
  assert.is(code, 0)
  const { drivers, names, journal } = JSON.parse(stdout)
  const [decides] = drivers.filter((each: { decides: boolean }) => each.decides)
  assert.is(decides.name, 'resolv-conf')
  assert.is(journal.entries.length, 1)
  assert.equal(
    names.map(({ name, isRight }: { name: string; isRight: boolean }) => [name, isRight]),
    [
      ['shop.cluster.local', true],
      ['www.example.com', true],
    ],
  )
  await world.tell('stop')
})

test('the service keeps it, gives way while the server is away, and puts all back at its end', async () => {
  const { host, cluster } = world
  const end = new AbortController()
  const args = ['host', ...world.flags, '--host.pollMs=200']
  const service = world.k2sDns(args, end.signal)
  await world.tell('start')
  world.write('nameserver 10.9.0.2\n') // a lease was renewed
  await eventually(async () => assert.ok(isTold(await world.resolvConf())))
  await cluster.stop()
  await eventually(async () => assert.is(await world.resolvConf(), 'nameserver 10.9.0.2\n'), {
    withinMs: 30_000,
  })
  await cluster.start()
  await eventually(async () => assert.ok(isTold(await world.resolvConf())), { withinMs: 30_000 })
  await host.sh("kill $(pgrep -f 'main[.]ts host')")
  const { code } = await service
  assert.is(code, 0)
  assert.is(await world.resolvConf(), 'nameserver 10.9.0.2\n')
  await world.tell('stop')
})

test('a stop beside a start beside the service: each in its turn', async () => {
  const service = new AbortController()
  const keeping = world.k2sDns(['host', ...world.flags, '--host.pollMs=100'], service.signal)
  const outcomes = await Promise.all([world.tell('start'), world.tell('stop'), world.tell('start')])
  assert.equal(
    outcomes.map(({ code }) => code),
    [0, 0, 0],
  )
  await world.tell('stop')
  assert.is(await world.resolvConf(), atHome)
  service.abort()
  await keeping.catch(() => undefined)
})

test.run()
