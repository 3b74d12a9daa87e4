import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../../runtime/clock.ts'
import type { Wish } from '../../../runtime/effects/adapters/driver.ts'
import { createHostResolver, type Lookup } from '../../../runtime/effects/host-resolver.ts'
import { RetryLater } from '../../../runtime/errors.ts'
import { failureOf } from '../../support/outcome.ts'
import { type StubSays, startStubDns } from '../../support/stub-dns.ts'

type Names = Readonly<Record<string, readonly string[]>>
interface World {
  says: Map<string, StubSays>
  dns: Awaited<ReturnType<typeof startStubDns>>
}

const test = suite<World>('what this host gets')
const { signal } = new AbortController()
const noError = 0 // NOERROR without an answer: ENODATA
const servfail = 2
const refused = 5

test.before.each(async (world) => {
  world.says = new Map()
  world.dns = await startStubDns(world.says)
})
test.after.each(({ dns }) => void dns.close())

function resolverOf(
  { dns }: World,
  gets: Names = {},
  names: string[] = [],
  foreign = 'example.com',
) {
  const [address = '', port] = dns.server.split(':')
  const wish: Wish = {
    mode: 'split',
    zones: ['cluster.local', 'apps.example'],
    server: { address, port: Number(port) },
  }
  const lookup: Lookup = async (name) => gets[name] ?? []
  const prove = { names, public: foreign, deadlineMs: 300 }
  return createHostResolver({ wish, prove, lookup, clock: systemClock })
}

for (const [what, said, expected] of [
  ['no such name', 3, true],
  ['nothing at this name', noError, true],
  ['an address', ['10.0.0.1'], true],
  ['a failure of its own', servfail, false],
  ['a refusal', refused, false],
] as const) {
  test(`a server that says of a zone’s apex: ${what}`, async (world) => {
    world.says.set('apps.example', said)
    const { zones } = await resolverOf(world).served(signal)
    assert.equal(zones, ['cluster.local', ...(expected ? ['apps.example'] : [])])
  })
}

test('a name that it has counts for a zone whose apex fails', async (world) => {
  world.says.set('cluster.local', servfail).set('shop.cluster.local', ['10.0.0.1'])
  assert.equal((await resolverOf(world).served(signal)).zones, ['apps.example'])
  const knowing = resolverOf(world, {}, ['shop.cluster.local'])
  assert.equal((await knowing.served(signal)).zones, ['cluster.local', 'apps.example'])
})

test('a zone for which it does not answer is left out, and told', async (world) => {
  world.says.set('apps.example', refused)
  const { zones, faults } = await resolverOf(world).survey(signal)
  assert.equal(zones, ['cluster.local'])
  assert.is(faults.length, 1)
  assert.match(faults[0] ?? '', /127\.0\.0\.1:\d+ does not answer for apps\.example: EREFUSED/)
})

test('a server that answers for none is told before anything is changed', async (world) => {
  world.says.set('apps.example', refused).set('cluster.local', servfail)
  const thrown = await failureOf(resolverOf(world).survey(signal))
  assert.instance(thrown, RetryLater)
  assert.match(String(thrown), /cluster\.local: ESERVFAIL; .*apps\.example: EREFUSED/)
})

test('it is proven by the first name of each zone that has addresses', async (world) => {
  world.says
    .set('kubernetes.default.svc.cluster.local', ['172.21.0.1'])
    .set('a.apps.example', ['10.0.0.1', '10.0.0.2'])
  const { ours } = await resolverOf(world, {}, ['b.apps.example', 'a.apps.example']).survey(signal)
  assert.equal(ours, [
    { name: 'kubernetes.default.svc.cluster.local', addresses: ['172.21.0.1'] },
    { name: 'a.apps.example', addresses: ['10.0.0.1', '10.0.0.2'] },
  ])
})

test('a name of the Internet counts if the host got it before', async (world) => {
  const online: Names = { 'example.com': ['203.0.113.1'] }
  assert.is((await resolverOf(world, online).survey(signal)).foreign, 'example.com')
  assert.is((await resolverOf(world).survey(signal)).foreign, undefined, 'offline')
  assert.is(
    (await resolverOf(world, { '': ['1.2.3.4'] }, [], '').survey(signal)).foreign,
    undefined,
  )
})

const survey = {
  zones: ['cluster.local'],
  faults: [],
  ours: [{ name: 'shop.cluster.local', addresses: ['10.0.0.1'] }],
  foreign: 'example.com',
}
for (const [what, gets, missing] of [
  [
    'all of them',
    { 'shop.cluster.local': ['10.0.0.1'], 'example.com': ['203.0.113.1'] },
    undefined,
  ],
  ['none of ours', { 'example.com': ['203.0.113.1'] }, 'shop.cluster.local'],
  [
    'ours from somebody else',
    { 'shop.cluster.local': ['6.6.6.6'], 'example.com': ['203.0.113.1'] },
    'shop.cluster.local',
  ],
  ['none of others', { 'shop.cluster.local': ['10.0.0.1'] }, 'example.com'],
] as const) {
  test(`a host that gets ${what}: ${missing ?? 'it is proven'}`, async (world) => {
    const proving = resolverOf(world, gets).prove(survey, signal)
    if (missing === undefined) return proving
    const thrown = await failureOf(proving)
    assert.instance(thrown, RetryLater)
    assert.match(String(thrown), `this host did not get ${missing}: all was put back`)
  })
}

test.run()
