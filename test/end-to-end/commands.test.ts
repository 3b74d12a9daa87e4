// time limit: 300 s
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KeptName } from '../../functions/names/story/kept.ts'
import type { Story } from '../../functions/names/story/story.ts'
import type { Plan } from '../../runtime/plan.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import type { Names } from './names.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World }>('plan, records and trace')

test.before(async (context) => {
  context.world = await startWorld({ zones: ['cluster.local', 'apps.example'] })
})
test.after(({ world }) => world?.stop())
test.before.each(({ world }) => world.clear())

const other = { namespace: 'other-team' }
const shop = 'shop.cluster.local'
/** What is given here counts more than where the world is. */
const run = ({ functions }: World, command: string, ...args: string[]) =>
  k2sDns(command, ...functions.flags, ...args)

async function json<T>(world: World, command: string, ...args: string[]) {
  const { code, stdout, stderr } = await run(world, command, ...args, '--output=json')
  assert.is(stderr, '')
  return { ...(JSON.parse(stdout) as T), code }
}
const trace = (world: World, name: string, ...args: string[]) =>
  json<Story>(world, 'trace', name, ...args)
const plan = (world: World, ...args: string[]) => json<Plan>(world, 'plan', ...args)

test('a name’s story: who holds it, joins, shares and waits, and since when', async ({ world }) => {
  await world.apply(anIngress('web', shop, { targets: ['10.0.0.1'] }))
  await world.settled()
  await world.apply(
    anIngress('more', shop, { targets: ['10.0.0.2'] }),
    anIngress('same', shop, { ...other, targets: ['10.0.0.1'] }),
    anIngress('evil', shop, { ...other, targets: ['10.6.6.6'] }),
  )
  await world.settled()
  const { code, verdict, zone, claims, keys, servers, cluster } = await trace(
    world,
    'Shop.Cluster.Local.',
  )
  assert.is(code, 0)
  const date = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
  assert.match(
    verdict.text,
    new RegExp(
      `^${shop} answers 10.0.0.1, 10.0.0.2, held by ingress/default/web, who claims it since ${date}$`,
    ),
  )
  assert.is(zone, 'cluster.local')
  const standings = claims.map(({ owner, standing }) => `${owner} ${standing}`)
  assert.equal(
    new Set(standings),
    new Set([
      'ingress/default/web holds',
      'ingress/default/more joins',
      'ingress/other-team/same shares',
      'ingress/other-team/evil waits',
    ]),
  )
  for (const { since } of claims) assert.match(since ?? '', new RegExp(`^${date}$`))
  assert.equal(keys.map(({ where, what, target }) => `${where} ${what} ${target}`).sort(), [
    'above placeholder cluster.local',
    'here record 10.0.0.1',
    'here record 10.0.0.2',
  ])
  const [a, aaaa] = servers[0]?.answers ?? []
  assert.equal([a?.values, aaaa?.code], [['10.0.0.1', '10.0.0.2'], 'ENODATA'])
  assert.ok((a?.ttlSeconds ?? 0) > 0)
  assert.ok('refused' in cluster && cluster.refused.length === 1)

  const { stdout } = await run(world, 'trace', shop)
  assert.match(stdout, /waits +ingress\/other-team\/evil .*ingress\/default\/web claimed it first/)
  assert.match(stdout, /here +record +A 10\.0\.0\.1 +\/skydns\/local\/cluster\/shop\//)
})

test('a name that nobody asks for', async ({ world }) => {
  const { code, verdict } = await trace(world, shop)
  assert.is(code, 1)
  assert.is(verdict.text, `${shop} does not answer: no object asks for it`)
})

test('a name that is refused by its zone, and by the cluster’s own DNS', async ({ world }) => {
  await world.apply(anIngress('a', ['www.example.com', 'x.svc.cluster.local']))
  await world.settled()
  const outside = await trace(world, 'www.example.com')
  assert.is(outside.code, 1)
  assert.match(
    outside.verdict.text,
    /^www\.example\.com does not answer: it is in none of the zones/,
  )
  assert.ok('refused' in outside.cluster)
  assert.is(outside.cluster.refused[0]?.owner, 'ingress/default/a')
  const own = await trace(world, 'x.svc.cluster.local')
  assert.match(own.verdict.text, /svc\.cluster\.local belongs to the cluster's own DNS$/)
})

test('a name that has no target yet', async ({ world }) => {
  await world.apply(anIngress('a', shop, { targets: [] }))
  await world.settled()
  const { verdict } = await trace(world, shop)
  assert.match(
    verdict.text,
    /ingress\/default\/a asks for it and is refused: nothing names a target: its status has no address/,
  )
})

test('what cannot be a name is explained', async ({ world }) => {
  for (const [name, why] of [
    ['*.cluster.local', /serves no wildcard/],
    ['sh\u001b[31mop.cluster.local', /must be 1 to 63 letters, digits or inner hyphens/],
    ['10.0.0.1', /it reads as an IP address/],
  ] as const) {
    const { code, stderr } = await run(world, 'trace', name)
    assert.is(code, 1)
    assert.match(stderr, why)
    assert.not.match(stderr.trim(), /\p{C}/u)
  }
})

test('a key that somebody else wrote is told apart, and keeps ours away', async ({ world }) => {
  const key = '/skydns/local/cluster/shop/0000abcd'
  await world.etcd.put(key, JSON.stringify({ host: '10.9.9.9', ttl: 5, targetstrip: 1 }))
  try {
    await run(world, 'invoke', 'on-reconcile', `--http.port=${world.functions.port}`)
    await world.apply(anIngress('a', shop))
    await world.settled()
    const { code, verdict, keys, claims } = await trace(world, shop)
    assert.is(code, 1)
    assert.match(
      verdict.text,
      /answers 10\.9\.9\.9, but not by k2s-dns: ingress\/default\/a claims it and has to wait: \S+0000abcd is written by ExternalDNS, and .* see k2s-dns adopt/,
    )
    assert.is(claims[0]?.standing, 'waits')
    assert.equal(keys.find(({ what }) => what === 'foreign')?.key, key)
    const { stdout } = await run(world, 'records')
    assert.match(stdout, new RegExp(`^${shop} +A +10.9.9.9 +5 s +not ours: ${key}$`, 'm'))
    assert.match(stdout, new RegExp(`^${shop} +nothing +\\(1 waiting\\)$`, 'm'))
  } finally {
    await world.etcd.delete(key)
  }
  await eventually(async () => assert.equal(await world.answers(shop), [usualTarget]))
  assert.equal((await plan(world)).changes, [])
  assert.is((await trace(world, shop)).code, 0)
})

test('somebody who keeps a key beside ours is told, with what to do about it', async ({
  world,
}) => {
  await world.apply(anIngress('a', shop))
  await world.settled()
  const key = '/skydns/local/cluster/shop/0000abcd'
  await world.etcd.put(key, JSON.stringify({ host: '10.9.9.9', targetstrip: 1, owner: 'east' }))
  try {
    const { code, verdict, rivals } = await trace(world, shop)
    assert.is(code, 1)
    assert.match(
      verdict.text,
      /ExternalDNS \(--coredns-strictly-owned, owner east\) keeps keys beside ours.*k2s-dns adopt --owner east$/,
    )
    assert.equal(
      rivals.flatMap(({ keys }) => keys),
      [key],
    )
    const { stdout } = await run(world, 'trace', shop)
    assert.match(stdout, new RegExp(`^others +ExternalDNS .* ${key}$`, 'm'))
  } finally {
    await world.etcd.delete(key)
  }
})

test('a record that went is missed', async ({ world }) => {
  await world.apply(anIngress('a', shop))
  await world.settled()
  await whileStopped(world, async () => {
    for (const key of Object.keys(await world.etcd.all('/skydns/local/cluster/shop/')))
      await world.etcd.delete(key)
    const { code, verdict } = await trace(world, shop)
    assert.is(code, 1)
    assert.match(verdict.text, /records are missing from etcd: run k2s-dns invoke on-reconcile$/)
  })
})

test('an object that nothing has handled yet', async ({ world }) => {
  await whileStopped(world, async () => {
    await world.apply(anIngress('a', shop))
    const { code, verdict } = await trace(world, shop)
    assert.is(code, 1)
    assert.match(
      verdict.text,
      /ingress\/default\/a asks for it, and nothing did so yet: is k2s-dns run at work/,
    )
  })
})

test('without an API server the rest of the story is told', async ({ world }) => {
  await world.apply(anIngress('a', shop))
  await world.settled()
  const away = await nobodyThere(world)
  const { code, verdict, cluster } = await trace(world, shop, away)
  assert.is(code, 0)
  assert.match(verdict.text, new RegExp(`^${shop} answers ${usualTarget}, held by`))
  assert.ok('unknown' in cluster)
  const free = await trace(world, 'free.cluster.local', away)
  assert.match(free.verdict.text, /whether an object asks for it is not known$/)
  const planned = await run(world, 'plan', away)
  assert.is(planned.code, 75)
  assert.match(planned.stderr, /^k2s-dns plan: the API server \S+ did not answer/)
})

test('without etcd each says so and is to be tried again', async ({ world }) => {
  for (const [command, ...names] of [['plan'], ['records'], ['trace', shop]] as const) {
    const { code, stdout, stderr } = await run(
      world,
      command,
      ...names,
      '--etcd.endpoints=http://127.0.0.1:1',
    )
    assert.is(code, 75)
    assert.is(stdout, '')
    assert.match(
      stderr,
      /^k2s-dns \w+: etcd at http:\/\/127\.0\.0\.1:1 did not read: .*etcd\.endpoints/,
    )
    assert.is(stderr.trim().split('\n').length, 1)
  }
})

test('records lists names with their owners, by namespace and by zone', async ({ world }) => {
  await world.apply(
    anIngress('a', [shop, 'six.apps.example'], { targets: ['10.0.0.1', 'fd00::1'] }),
    anIngress('b', 'lb.cluster.local', { targets: ['lb.example.com'] }),
  )
  await world.settled()
  await world.apply(anIngress('c', shop, { ...other, targets: ['10.6.6.6'] }))
  await world.settled()
  const listed = async (...args: string[]) => {
    const { stdout } = await run(world, 'records', ...args, '--output=json')
    return (JSON.parse(stdout) as KeptName[]).map(({ host }) => host)
  }
  assert.equal(await listed(), ['lb.cluster.local', shop, 'six.apps.example'])
  assert.equal(await listed('--namespace=other-team'), [shop])
  assert.equal(await listed('--zone=apps.example'), ['six.apps.example'])
  const { stdout } = await run(world, 'records')
  assert.match(
    stdout,
    /^shop\S+ +A AAAA +10\.0\.0\.1, fd00::1 +30 s +ingress\/default\/a \(1 waiting\)$/m,
  )
  assert.match(stdout, /^lb\.cluster\.local +CNAME +lb\.example\.com +30 s +ingress\/default\/b$/m)
  assert.match(stdout, /^3 names$/m)
})

test('what others write steers no terminal', async ({ world }) => {
  const key = '/skydns/local/cluster/evil/\u001b[2J\u009b31m\u202e'
  await world.etcd.put(
    key,
    JSON.stringify({ host: '\u001b]0;x\u0007\u2028', ttl: 5, targetstrip: 1 }),
  )
  try {
    for (const [command, ...names] of [['records'], ['trace', 'evil.cluster.local']] as const) {
      for (const format of [[], ['--output=json']]) {
        const { stdout } = await run(world, command, ...names, ...format)
        assert.match(stdout, /evil\.cluster\.local/)
        assert.not.match(stdout.replaceAll('\n', ''), /[\p{C}\p{Zl}\p{Zp}]/u)
      }
    }
    const { keys } = await trace(world, 'evil.cluster.local')
    assert.ok(keys.some((each) => each.key === key))
  } finally {
    await world.etcd.delete(key)
  }
})

test('a plan is what happens then, and changes nothing by itself', async ({ world }) => {
  await world.apply(
    anIngress('stays', 'stays.cluster.local'),
    anIngress('goes', 'goes.cluster.local'),
    anIngress('moves', 'moves.cluster.local', { targets: ['10.0.0.1'] }),
    anIngress('elder', shop, { targets: ['10.0.0.1'] }),
  )
  await world.settled()
  await world.apply(anIngress('younger', shop, { ...other, targets: ['10.0.0.2'] }))
  await world.settled()
  let before: Names = {}
  let changes: Plan['changes'] = []
  await whileStopped(world, async () => {
    await world.remove('goes', 'elder')
    await world.apply(
      anIngress('moves', 'moves.cluster.local', { targets: ['10.0.0.9'] }),
      anIngress('comes', ['a.b.comes.cluster.local', 'www.example.com']),
      anIngress('thief', 'stays.cluster.local', { ...other, targets: ['10.6.6.6'] }),
    )
    before = await world.names()
    const stored = await stateOf(world)
    const { refused, withheld, code, ...planned } = await plan(world, '--exit-code')
    changes = planned.changes
    const { stdout } = await run(world, 'plan')
    assert.equal(await stateOf(world), stored)
    assert.is(code, 3)
    assert.equal(withheld, [])
    assert.equal(refused.map(({ owner, host, reason }) => `${owner} ${host} ${reason}`).sort(), [
      'ingress/default/comes www.example.com outside-zones',
      'ingress/other-team/thief stays.cluster.local taken',
    ])
    for (const line of [
      /^\+ a\.b\.comes\.cluster\.local +172\.19\.1\.100 30 s +\(ingress\/default\/comes\)$/m,
      /^- goes\.cluster\.local +172\.19\.1\.100 30 s +\(ingress\/default\/goes\)$/m,
      /^~ moves\.cluster\.local +10\.0\.0\.1 30 s → 10\.0\.0\.9 30 s +\(ingress\/default\/moves\)$/m,
      /^~ shop\.cluster\.local +10\.0\.0\.1 30 s → 10\.0\.0\.2 30 s +\(ingress\/other-team\/younger\)$/m,
      /^! www\.example\.com +refused: outside-zones, .* \(ingress\/default\/comes\)$/m,
      // with the API server's own Service
      /^6 objects, 2 names refused: 4 would change$/m,
    ]) {
      assert.match(stdout, line)
    }
  })
  await world.settled()
  const planned: Record<string, readonly string[]> = { ...before }
  for (const { host, after } of changes) {
    if (after) planned[host] = after.targets
    else delete planned[host]
  }
  assert.equal(await world.names(), planned)
  const again = await plan(world, '--exit-code')
  assert.equal([again.code, again.changes], [0, []])
})

test('a plan shows what other settings would do', async ({ world }) => {
  await world.apply(anIngress('a', [shop, 'a.apps.example']))
  await world.settled()
  const file = path.join(world.stack.directory, 'other.yaml')
  await writeFile(file, 'dns:\n  zones: [cluster.local]\n  ttlSeconds: 60\n')
  const flags = world.functions.flags.filter((flag) => !flag.startsWith('--dns.zones'))
  const { code, stdout } = await k2sDns('plan', `--config=${file}`, ...flags)
  assert.is(code, 0)
  assert.match(stdout, /^- a\.apps\.example +172\.19\.1\.100 30 s/m)
  assert.match(stdout, /^~ shop\.cluster\.local +172\.19\.1\.100 30 s → 172\.19\.1\.100 60 s/m)
  assert.match(stdout, /^! a\.apps\.example +refused: outside-zones/m)
  assert.equal(Object.keys(await world.names()), ['a.apps.example', shop])
})

test('a plan says which names are kept without proof', async ({ world }) => {
  const ids = Array.from({ length: 12 }, (_, index) => `app-${index}`)
  await world.apply(...ids.map((id) => anIngress(id, `${id}.cluster.local`)))
  await world.settled()
  await whileStopped(world, async () => {
    await world.remove(...ids)
    const { stdout } = await run(world, 'plan')
    assert.match(stdout, /^\? the names of 12 objects would be kept: .*k2s-dns release/m)
    assert.match(stdout, /nothing would change$/m)
  }, ['--guard.share=1'])
  await eventually(async () => assert.equal(await world.names(), {} satisfies Names))
})

/** The functions are started again, however it ends. @param args of that start */
async function whileStopped({ functions }: World, then: () => Promise<void>, args: string[] = []) {
  await functions.stop()
  try {
    await then()
  } finally {
    await functions.start({ args })
  }
}

/** All that k2s-dns may write, with the revision of each key's last change, but for the note that goes by itself. */
async function stateOf({ etcd }: World) {
  const state = Object.entries(await etcd.dated('/k2s-dns/'))
  return [await etcd.dated('/skydns/'), state.filter(([key]) => !key.endsWith('/watched'))]
}

/** A flag that leads to an API server which isn't there. */
async function nobodyThere({ stack }: World): Promise<string> {
  const file = path.join(stack.directory, 'nobody.kubeconfig')
  const cluster = { name: 'none', cluster: { server: 'https://127.0.0.1:1' } }
  const context = { name: 'none', context: { cluster: 'none', user: 'none' } }
  const users = [{ name: 'none', user: {} }]
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    contexts: [context],
    users,
  }
  await writeFile(file, JSON.stringify({ ...config, 'current-context': 'none' }))
  return `--kubeconfig=${file}`
}

test.run()
