// time limit: 300 s
import { Resolver } from 'node:dns/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anIngress } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('pointers')
const key = '/skydns/arpa/in-addr/10/0/0/1'

test.before(async (context) => {
  context.world = await startWorld({
    zones: ['cluster.local', '10.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa'],
  })
})
test.after(({ world }) => world?.stop())
test.before.each(({ world }) => world.clear())

/** What CoreDNS says of an address. */
async function named({ stack }: World, address: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([`${stack.coredns.address}:${stack.coredns.port}`])
  return resolver.reverse(address).catch(() => [])
}

const at = (...targets: string[]) => ({ targets })

test('an address of a reverse zone points back to its host, IPv4 and IPv6', async ({ world }) => {
  await world.apply(anIngress('a', 'a.cluster.local', at('10.0.0.1', '192.168.0.1', '2001:db8::1')))
  await world.settled()
  assert.equal(await named(world, '10.0.0.1'), ['a.cluster.local'])
  assert.equal(await named(world, '2001:db8::1'), ['a.cluster.local'])
  assert.equal(await named(world, '192.168.0.1'), [])
})

test('of several hosts the first has the pointer, the next one gets it when that goes', async ({
  world,
}) => {
  for (const name of ['first', 'second', 'third']) {
    await world.apply(anIngress(name, `${name}.cluster.local`, at('10.0.0.1')))
    await world.settled()
  }
  assert.equal(await named(world, '10.0.0.1'), ['first.cluster.local'])
  await world.apply(anIngress('first', 'first.cluster.local', at('10.0.0.9')))
  await world.settled()
  await eventually(async () =>
    assert.equal(await named(world, '10.0.0.1'), ['second.cluster.local']),
  )
  assert.equal(await named(world, '10.0.0.9'), ['first.cluster.local'])
  await world.remove('second', 'third')
  await world.settled()
  await eventually(async () => assert.equal(await named(world, '10.0.0.1'), []))
})

test('whoever may not have a name is not pointed to', async ({ world }) => {
  await world.apply(anIngress('elder', 'shop.cluster.local', at('10.0.0.1')))
  await world.settled()
  const elsewhere = { namespace: 'other-team', targets: ['10.6.6.6'] }
  await world.apply(anIngress('thief', 'shop.cluster.local', elsewhere))
  await world.apply(anIngress('ptr', '6.6.6.10.in-addr.arpa', at('10.6.6.7')))
  await world.settled()
  assert.equal(await named(world, '10.6.6.6'), [])
  assert.equal(await named(world, '10.6.6.7'), [])
})

test('a pointer that somebody removes comes back, one that somebody else wrote stays', async ({
  world,
}) => {
  await world.apply(anIngress('a', 'a.cluster.local', at('10.0.0.1')))
  await world.settled()
  await eventually(async () => assert.equal(await named(world, '10.0.0.1'), ['a.cluster.local']))
  await world.etcd.delete(key)
  await eventually(async () => assert.equal(await named(world, '10.0.0.1'), ['a.cluster.local']))

  const theirs = '/skydns/arpa/in-addr/10/0/0/2'
  await world.etcd.put(theirs, '{"host":"theirs.example.org"}')
  await world.apply(anIngress('b', 'b.cluster.local', at('10.0.0.2')))
  await world.settled()
  assert.equal(await named(world, '10.0.0.2'), ['theirs.example.org'])
  await world.etcd.delete(theirs)
})

test('what was lost while nobody looked is right after the next start', async ({ world }) => {
  const { functions, etcd } = world
  await world.apply(anIngress('a', 'a.cluster.local', at('10.0.0.1')))
  await world.settled()
  await functions.stop()
  await etcd.delete(key)
  await etcd.delete('/k2s-dns/k2s-dns/pointers/arpa/in-addr/10/0/0/1')
  await functions.start()
  assert.equal(await named(world, '10.0.0.1'), ['a.cluster.local'])
})

test.run()
