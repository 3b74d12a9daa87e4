// time limit: 900 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { full } from '../runner/full.ts'
import { startDnsLoad } from '../support/dns-load.ts'
import { randomOf } from '../support/random.ts'
import { anIngress } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type ExternalDns, externalDns } from './external-dns.ts'
import { startWorld, type World } from './world.ts'

/** All of ExternalDNS's names pass to us, and back, while every one of them is asked for. */
const size = full ? 10_000 : 300
const perSecond = 200

const hostOf = (index: number) => `h${index}.cluster.local`
const addressOf = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
const indexes = Array.from({ length: size }, (_, index) => index)

const test = suite<{ world: World; peer: ExternalDns; original: Readonly<Record<string, string>> }>(
  'a takeover',
)

test.before(async (context) => {
  context.world = await startWorld({ started: false })
  context.peer = await externalDns(context.world.stack)
})
test.after(({ world }) => world?.stop())

test(`of ${size} names: they wait for ExternalDNS, whose they are`, async (context) => {
  const { world, peer } = context
  const queue = indexes.values()
  const worker = async () => {
    for (const index of queue) {
      await world.apply(anIngress(`i${index}`, hostOf(index), { targets: [addressOf(index)] }))
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  await peer.sync('--txt-owner-id=old-dns')
  for (const index of indexes.slice(0, 10)) {
    const targets = [addressOf(index), `10.9.9.${index}`]
    await world.apply(anIngress(`i${index}`, hostOf(index), { targets }))
  }
  await peer.sync('--txt-owner-id=old-dns') // each update leaves an entry behind
  const { etcd, functions } = world
  context.original = await etcd.all('/skydns/')
  assert.is(Object.keys(context.original).length, 2 * size + 20)
  await functions.start()
  assert.is(await functions.metric('k2s_dns_refused_names', 'reason="foreign-record"'), size)
})

test('shows what it would do, and does nothing', async ({ world }) => {
  const before = await world.etcd.all('/skydns/')
  const { code, stdout } = await adopt(world, '--owner=old-dns', '--output=json')
  assert.is(code, 0)
  const { names, refused, unclaimed } = JSON.parse(stdout) as Record<string, { name: string }[]>
  assert.equal([names?.length, refused, unclaimed], [size, [], []])
  assert.equal(await adopted(world), {})
  assert.equal(await world.etcd.all('/skydns/'), before)
})

test(`leaves no question without its answer at ${perSecond} a second`, async ({ world, peer }) => {
  const { failures, ran } = await underLoad(world, () => adopt(world, '--owner=old-dns', '--apply'))
  assert.is(ran.code, 0, ran.stderr)
  assert.equal(failures, [])
  const after = await world.etcd.all('/skydns/')
  const left = Object.values(after).filter((value) => !value.includes('"owner":"k2s-dns"'))
  assert.equal(left, [], 'nothing of ExternalDNS is left')
  await peer.sync('--txt-owner-id=old-dns')
  assert.equal(await world.etcd.all('/skydns/'), after, 'should it come back, it leaves ours alone')
})

test('back leaves no question without its answer either, and brings the very same keys', async ({
  world,
  peer,
  original,
}) => {
  const { failures, ran } = await underLoad(world, () => adopt(world, '--back'))
  assert.is(ran.code, 0, ran.stderr)
  assert.equal(failures, [])
  const theirs = async () =>
    Object.fromEntries(
      Object.entries(await world.etcd.all('/skydns/')).filter(
        ([, value]) => !value.includes('"owner":"k2s-dns"'),
      ),
    )
  assert.equal(await theirs(), original)
  assert.equal(await adopted(world), {})
  const log = await peer.sync('--txt-owner-id=old-dns')
  assert.match(log, 'All records are already up to date')
})

const adopt = ({ functions }: World, ...args: string[]) =>
  k2sDns('adopt', ...functions.flags, ...args)

const adopted = ({ etcd }: World) => etcd.all('/k2s-dns/k2s-dns/adopted/')

/** Asks for names by chance before, during and after the work. */
async function underLoad<T>({ stack }: World, work: () => Promise<T>) {
  const random = randomOf(1)
  const load = startDnsLoad({
    ...stack.coredns,
    perSecond,
    next() {
      const index = random.below(size)
      const addresses = [addressOf(index), ...(index < 10 ? [`10.9.9.${index}`] : [])]
      return { host: hostOf(index), addresses }
    },
  })
  const asked = (more: number) => {
    const enough = load.asked + more
    return eventually(() => assert.ok(load.asked >= enough))
  }
  await asked(perSecond / 2)
  const ran = await work()
  await asked(perSecond / 2)
  return { ran, ...(await load.stop()) }
}

test.run()
