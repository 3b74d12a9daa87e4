import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  askDns,
  type DnsAnswer,
  type QuestionType,
  questionTypes,
  summaryOf,
} from '../support/dns-question.ts'
import { assertDocumented, tableOf } from '../support/document.ts'
import { type Expected, expectedAt, isList, type Scene, scenes, zones } from './subtree-scenes.ts'
import { type Hosts, type SubtreeWorld, startSubtreeWorld } from './subtree-world.ts'

/** That a name answers for itself only, asked of the real CoreDNS for every type, in one server block and in many. */
const test = suite<{ world: SubtreeWorld }>('subtrees')

test.before(async (context) => {
  context.world = await startSubtreeWorld(zones)
})
test.after(({ world }) => world?.stop())
test.after.each(({ world }) => world.clear())

for (const { what, before = {}, hosts, after = {}, refused = {}, answers } of scenes) {
  test(what, async ({ world }) => {
    for (const [key, value] of Object.entries(before)) await world.etcd.put(key, value)
    await world.reconcile()
    assert.equal(await world.want(hosts), refused)
    for (const [key, value] of Object.entries(after)) await world.etcd.put(key, value)
    for (const round of ['at once', 'after a reconcile']) {
      for (const [name, expected] of Object.entries(answers)) {
        assert.equal(await answersAt(world, name), expectedAt(name, expected), `${name} ${round}`)
      }
      await world.reconcile()
    }
  })
}

test('a denial carries the SOA of the name’s zone, which limits its caching to 30 s', async ({
  world,
}) => {
  await world.want({ 'a.b.cluster.local': ['10.0.0.1'], 'a.c.apps.cluster.local': ['10.0.0.1'] })
  for (const name of ['b.cluster.local', 'no.cluster.local']) {
    assert.equal((await world.ask(name, 'A')).authorities, ['cluster.local SOA minimum 30'])
  }
  const { authorities } = await world.ask('c.apps.cluster.local', 'A')
  assert.equal(authorities, ['apps.cluster.local SOA minimum 30'])
})

test('where the Corefile denies wildcards, a question lists no names', async ({ world }) => {
  await world.want({ 'b.cluster.local': ['10.0.0.1'], 'd.cluster.local': ['10.0.0.2'] })
  const server = world.withoutWildcards
  for (const name of ['*.*.cluster.local', 'any.any.cluster.local', 'b.*.cluster.local']) {
    assert.is((await askDns(server, name, 'A')).rcode, 'NXDOMAIN', name)
  }
  assert.equal((await askDns(server, 'b.cluster.local', 'A')).answers, ['A 10.0.0.1'])
})

/** One change after the other, and what each of these names may answer meanwhile. */
const changes: readonly ((world: SubtreeWorld) => Promise<unknown>)[] = [
  want({ 'a.b.cluster.local': ['10.0.0.2'] }),
  want({ 'b.cluster.local': ['10.0.0.1'] }),
  want({ 'd.c.b.cluster.local': ['10.0.0.3'] }),
  want({ 'b.cluster.local': ['10.0.0.11', 'fd00::1'] }),
  ({ unwant }) => unwant('b.cluster.local'),
  foreign('/skydns/local/cluster/b/f/0badcafe', { host: '10.9.9.9', targetstrip: 1, group: 'g' }),
  want({ 'b.cluster.local': ['10.0.0.1'] }),
  ({ unwant }) => unwant('a.b.cluster.local'),
  ({ etcd }) => etcd.delete('/skydns/local/cluster/b/f/0badcafe'),
  ({ unwant }) => unwant('d.c.b.cluster.local'),
  want({ 'd.c.b.cluster.local': ['10.0.0.3'] }),
  ({ unwant }) => unwant('b.cluster.local'),
  ({ unwant }) => unwant('d.c.b.cluster.local'),
]

const allowed: Readonly<Record<string, readonly string[]>> = {
  'cluster.local': ['NODATA'],
  'b.cluster.local': ['NXDOMAIN', 'NODATA', 'A 10.0.0.1', 'A 10.0.0.11'],
  'a.b.cluster.local': ['NXDOMAIN', 'A 10.0.0.2'],
  'c.b.cluster.local': ['NXDOMAIN', 'NODATA'],
  'd.c.b.cluster.local': ['NXDOMAIN', 'A 10.0.0.3'],
  'f.b.cluster.local': ['NXDOMAIN', 'A 10.9.9.9'],
}

test('while names come, change and go, no question sees another name’s answer', async ({
  world,
}) => {
  const seen = new Set<string>()
  let over = false
  const asking = Object.keys(allowed).map(async (name) => {
    while (!over) {
      const told = summaryOf(await world.ask(name, 'A').catch(differing))
      seen.add(`${name}: ${told}`)
    }
  })
  for (const change of changes) {
    await change(world)
    await world.reconcile()
  }
  over = true
  await Promise.all(asking)
  const wrong = [...seen].filter((line) => {
    const [name = '', told = ''] = line.split(': ')
    return told !== 'changing' && !allowed[name]?.includes(told)
  })
  assert.equal(wrong, [])
  assert.ok(seen.has('b.cluster.local: A 10.0.0.11') && seen.has('b.cluster.local: NODATA'))
})

/** The two CoreDNS were asked before and after a change. */
const differing = (): DnsAnswer => ({
  rcode: 'changing',
  answers: [],
  authorities: [],
  additionals: [],
})

function want(hosts: Hosts) {
  return (world: SubtreeWorld) => world.want(hosts)
}

function foreign(key: string, value: object) {
  return ({ etcd }: SubtreeWorld) => etcd.put(key, JSON.stringify(value))
}

async function answersAt(world: SubtreeWorld, name: string) {
  const told = await Promise.all(
    questionTypes.map(async (type): Promise<[QuestionType, string]> => {
      const answer = await world.ask(name, type)
      return [type, type === 'SOA' && answer.answers.length === 1 ? 'SOA' : summaryOf(answer)]
    }),
  )
  return Object.fromEntries(told)
}

test('the page on subtrees tells the same', () => {
  const apart = scenes.filter(({ leaks }) => !leaks).flatMap(rowsOf)
  const mixed = scenes.filter(({ leaks }) => leaks).flatMap(rowsOf)
  const head = ['what there is', 'asked', 'answered']
  assertDocumented('subtrees.md', 'apart', tableOf(head, apart))
  assertDocumented('subtrees.md', 'mixed', tableOf(head, mixed))
})

const rowsOf = ({ what, answers, refused = {} }: Scene): string[][] =>
  Object.entries(answers).map(([name, expected], index) => {
    const why = refused[name] ? `, refused: ${refused[name]}` : ''
    return [index === 0 ? what : '', `\`${name}\``, `${shown(name, expected)}${why}`]
  })

function shown(name: string, expected: Expected): string {
  if (expected === 'silent') return 'nothing (NODATA)'
  if (expected === 'NXDOMAIN') return expected
  if (isList(expected)) return expected.join(', ')
  const { A, AAAA, SRV } = expectedAt(name, expected)
  if (A !== 'NODATA') return A
  return AAAA === 'NODATA' ? `nothing (NODATA); SRV: ${SRV}` : AAAA
}

test.run()
