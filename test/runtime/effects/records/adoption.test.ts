import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryLater } from '../../../../runtime/errors.ts'
import { answers } from './claims-world.ts'
import { type EtcdModel, etcdModel } from './etcd-model.ts'
import { keys, putAll, recordsOf, takeoverWorld, writtenByExternalDns } from './takeover-world.ts'

const taking = suite('taking over')

taking('a name that waits: its keys and entry go, ours come, in one transaction', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  const [refused] = await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  assert.is(refused?.reason, 'foreign-record')
  const shown = [{ name: 'a.local', was: ['10.0.0.1'], becomes: ['10.0.0.1'], keys: 2 }]
  assert.equal(await world.plan(), { names: shown, refused: [], unclaimed: [] })

  const before = etcd.revision()
  const done = await world.adopt()
  assert.equal(done, { names: shown, refused: [], unclaimed: [], again: [] })
  assert.is(etcd.revision(), before + 1)
  assert.is(answers(etcd, 'a.local'), '10.0.0.1')
  const [record, ...others] = Object.values(recordsOf(etcd))
  assert.match(record ?? '', '"owner":"k2s"')
  assert.equal(others, [])
  assert.is(await world.audit(), 0, 'all fits together')
})

taking('shows and changes nothing until it is applied', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  const before = etcd.revision()
  await world.plan({ unclaimed: 'remove' })
  assert.is(etcd.revision(), before)
})

taking('a name answers with what objects say today, not with what was there', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1', '10.0.0.2']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.3'])
  const { names } = await world.adopt()
  assert.equal([names[0]?.was, names[0]?.becomes], [['10.0.0.1', '10.0.0.2'], ['10.0.0.3']])
  assert.is(answers(etcd, 'a.local'), '10.0.0.3')
})

taking('a name where both answer leaves ours', async () => {
  const etcd = etcdModel()
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  const own = recordsOf(etcd)
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1'], { strict: true }))
  await world.adopt()
  assert.equal(recordsOf(etcd), own)
})

taking('a name and the names below it, which wait for it', async () => {
  const etcd = etcdModel()
  const all = ['a.local', 'b.a.local', 'c.b.a.local']
  for (const host of all) putAll(etcd, writtenByExternalDns(host, ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', [...all.map((host) => `${host} 10.0.0.1`)])
  const { names, refused } = await world.adopt()
  assert.equal([names.map(({ name }) => name).sort(), refused], [all, []])
  for (const host of all) assert.is(answers(etcd, host), '10.0.0.1')
})

taking('a name whose own name is the entry of another', async () => {
  const etcd = etcdModel()
  for (const host of ['a-b.local', 'b.local']) {
    putAll(etcd, writtenByExternalDns(host, ['10.0.0.1'], { entries: 0 }))
  }
  putAll(etcd, writtenByExternalDns('a-b.local', [], { entries: 1 }))
  for (let index = 8; index < 10; index++) {
    const text = '"heritage=external-dns,external-dns/owner=default"'
    etcd.put(`/skydns/local/a-b/0000000${index}`, JSON.stringify({ text, targetstrip: 1 }))
  }
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a-b.local 10.0.0.1', 'b.local 10.0.0.1'])
  const { names, refused } = await world.adopt()
  assert.equal([names.length, refused], [2, []])
  assert.equal(
    Object.values(recordsOf(etcd)).filter((value) => !value.includes('k2s')),
    [],
  )
})

taking('hundreds of leaked entries goes in steps, and the name answers all the time', async () => {
  const etcd = etcdModel()
  const found = writtenByExternalDns('a.local', ['10.0.0.1'], { entries: 333 })
  putAll(etcd, found)
  const answering = () => assert.is(answers(etcd, 'a.local'), '10.0.0.1')
  const world = await takeoverWorld(etcd, { after: answering })
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  assert.equal((await world.adopt()).refused, [])
  assert.is(Object.keys(recordsOf(etcd)).length, 1)
  await world.giveBack()
  assert.equal(recordsOf(etcd), found)
})

taking(
  'more keys at one name than a transaction holds is refused, and nothing is done',
  async () => {
    const etcd = etcdModel()
    const targets = Array.from({ length: 90 }, (_, index) => `10.0.1.${index}`)
    const found = writtenByExternalDns('a.local', targets)
    putAll(etcd, found)
    const world = await takeoverWorld(etcd)
    await world.claims('shop/web@1', ['a.local 10.0.0.1'])
    const { names, refused } = await world.adopt()
    assert.equal(names, [])
    assert.match(refused[0]?.message ?? '', 'keeps 90 keys there, one transaction takes at most 70')
    assert.equal(recordsOf(etcd), found)
  },
)

taking(
  'beside a process that has not seen it yet leaves that one the name, also with a new target',
  async () => {
    const etcd = etcdModel()
    putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
    const running = await takeoverWorld(etcd)
    await running.claims('shop/web@1', ['a.local 10.0.0.1'])
    await (await takeoverWorld(etcd)).adopt()
    assert.equal(await running.claims('shop/web@2', ['a.local 10.0.0.2'], { stale: true }), [])
    assert.is(answers(etcd, 'a.local'), '10.0.0.2')
  },
)

taking('is told of when ExternalDNS writes again meanwhile', async () => {
  const etcd = etcdModel()
  const found = writtenByExternalDns('a.local', ['10.0.0.1'])
  putAll(etcd, found)
  const writing = await takeoverWorld(etcd)
  await writing.claims('shop/web@1', ['a.local 10.0.0.1'])
  const after = (call: string) => {
    if (call === 'transact') putAll(etcd, found)
  }
  const { names, again } = await (await takeoverWorld(etcd, { after })).adopt()
  assert.equal([names.length, again], [1, ['/skydns/local/a/00000000']])
})

const refusing = suite('not taken over')
const byHand = '{"host":"10.9.9.9","targetstrip":1}'
const cases: readonly (readonly [
  what: string,
  found: Record<string, string>,
  message: RegExp | string,
  registry?: 'txt' | 'noop',
])[] = [
  [
    'another owner by its registry',
    writtenByExternalDns('a.local', ['10.0.0.1'], { owner: 'other' }),
    /\(owner other.*\), not of owner default/,
  ],
  [
    'another owner by its strict field',
    writtenByExternalDns('a.local', ['10.0.0.1'], { owner: 'other', strict: true, entries: 0 }),
    /\(owner other.*\), not of owner default/,
    'noop',
  ],
  [
    'no registry entry',
    writtenByExternalDns('a.local', ['10.0.0.1'], { entries: 0 }),
    'no registry entry says owner default: see --registry',
  ],
  [
    'a key of somebody else beside',
    {
      ...writtenByExternalDns('a.local', ['10.0.0.1']),
      '/skydns/local/a/x1': byHand,
    },
    'ExternalDNS did not write /skydns/local/a/x1',
  ],
  ['nothing of ExternalDNS', { '/skydns/local/a/x1': byHand }, 'did not write'],
  ['no JSON', { '/skydns/local/a': 'hello' }, 'did not write'],
  [
    'an encrypted entry',
    {
      ...writtenByExternalDns('a.local', ['10.0.0.1'], { entries: 0 }),
      '/skydns/local/a-a/00000001': JSON.stringify({
        text: `"${Buffer.alloc(90, 7).toString('base64')}"`,
        targetstrip: 1,
      }),
    },
    'is encrypted',
  ],
]
for (const [what, found, message, registry = 'txt'] of cases) {
  refusing(`is a name with ${what}, and nothing is changed`, async () => {
    const etcd = etcdModel()
    putAll(etcd, found)
    const world = await takeoverWorld(etcd)
    await world.claims('shop/web@1', ['a.local 10.0.0.1'])
    const before = etcd.revision()
    const { names, refused, unclaimed } = await world.adopt({ registry, unclaimed: 'remove' })
    assert.equal([names, unclaimed, etcd.revision()], [[], [], before])
    assert.match(refused[0]?.message ?? '', message)
  })
}

refusing('is a name below one that stays', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  putAll(etcd, writtenByExternalDns('b.a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['b.a.local 10.0.0.1'])
  const kept = await world.adopt()
  assert.match(kept.refused[0]?.message ?? '', '/skydns/local/a/00000000 lies above it and stays')
  assert.equal((await world.adopt({ unclaimed: 'remove' })).refused, [])
  assert.is(answers(etcd, 'b.a.local'), '10.0.0.1')
  assert.is(answers(etcd, 'a.local'), '')
})

refusing('is what noop keeps, unless it is said that it is noop', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1'], { entries: 0 }))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  assert.is((await world.adopt()).refused.length, 1)
  assert.is((await world.adopt({ registry: 'noop' })).names.length, 1)
})

const unclaimed = suite('names that nobody claims')

unclaimed('stay, and are listed', async () => {
  const etcd = etcdModel()
  const found = writtenByExternalDns('old.local', ['10.0.0.9'])
  putAll(etcd, { ...found, ...writtenByExternalDns('x.elsewhere', ['10.0.0.9']) })
  const world = await takeoverWorld(etcd)
  const done = await world.adopt()
  const shown = { name: 'old.local', was: ['10.0.0.9'], becomes: [], keys: 2, removed: false }
  assert.equal(done.unclaimed, [shown])
  for (const [key, value] of Object.entries(found)) assert.is(etcd.get(key), value)
})

unclaimed(
  'are removed if that is wished, those of the owner in our zones only, and come back',
  async () => {
    const etcd = etcdModel()
    const old = writtenByExternalDns('old.local', ['10.0.0.9'])
    const kept = {
      ...writtenByExternalDns('other.local', ['10.0.0.9'], { owner: 'other' }),
      ...writtenByExternalDns('x.elsewhere', ['10.0.0.9']),
      '/skydns/local/hand/x1': '{"host":"10.9.9.9"}',
    }
    putAll(etcd, { ...old, ...kept })
    const world = await takeoverWorld(etcd)
    await world.adopt({ unclaimed: 'remove' })
    assert.equal(recordsOf(etcd), sorted(kept))
    await world.giveBack()
    assert.equal(recordsOf(etcd), sorted({ ...old, ...kept }))
  },
)

unclaimed('are never removed where no owner is noted', async () => {
  const etcd = etcdModel()
  const found = writtenByExternalDns('old.local', ['10.0.0.9'], { entries: 0 })
  putAll(etcd, found)
  const world = await takeoverWorld(etcd)
  const { unclaimed: shown } = await world.adopt({ registry: 'noop', unclaimed: 'remove' })
  assert.equal([shown.length, shown[0]?.removed], [1, false])
  assert.equal(recordsOf(etcd), found)
})

unclaimed('but have an entry that was left behind count as names', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('gone.local', [], { entries: 3 }))
  const world = await takeoverWorld(etcd)
  await world.adopt({ unclaimed: 'remove' })
  assert.equal(recordsOf(etcd), {})
})

const returning = suite('giving back')

returning('brings the very keys and values, and claims wait again', async () => {
  const etcd = etcdModel()
  const found = writtenByExternalDns('a.local', ['10.0.0.1', '10.0.0.2'], { entries: 3 })
  putAll(etcd, found)
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1 10.0.0.2'])
  await world.adopt()
  const before = etcd.revision()
  assert.equal(await world.giveBack(), { names: ['a.local'], dropped: [], refused: [] })
  assert.is(etcd.revision(), before + 1)
  assert.equal(recordsOf(etcd), found)
  assert.equal(etcd.keys(keys.adopted), [])
  const other = await takeoverWorld(etcd)
  assert.is((await other.claims('shop/web@2', ['a.local 10.0.0.7']))[0]?.reason, 'foreign-record')
  assert.equal(recordsOf(etcd), found)
  assert.equal((await world.giveBack()).names, [], 'a second time there is nothing to do')
})

returning('has the targets of today, as ExternalDNS would write them', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1', '10.0.0.2'], { strict: true }))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1 10.0.0.2'])
  await world.adopt()
  await world.claims('shop/web@2', ['a.local 10.0.0.2 10.0.0.3'])
  await world.giveBack()
  assert.is(answers(etcd, 'a.local'), '10.0.0.2 10.0.0.3')
  assert.is(
    etcd.get('/skydns/local/a/00000001'),
    '{"host":"10.0.0.2","targetstrip":1,"owner":"default"}',
  )
  const [added = ''] = etcd.keys('/skydns/local/a/').filter((key) => !/0000000\d$/.test(key))
  assert.match(added, /\/[0-7][0-9a-f]{7}$/)
  assert.is(etcd.get(added), '{"host":"10.0.0.3","targetstrip":1,"owner":"default"}')
})

returning('has an entry for a type that has come since', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  await world.adopt()
  await world.claims('shop/web@2', ['a.local lb.example.com'])
  await world.giveBack()
  const [entry = ''] = etcd.keys('/skydns/local/cname-a/')
  assert.match(etcd.get(entry) ?? '', 'external-dns/owner=default')
})

returning('is not done for a name that nobody asks for any more', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  await world.adopt()
  await world.claims('shop/web@2', [])
  const { names, dropped } = await world.giveBack()
  assert.equal([names, dropped.map(({ name }) => name)], [[], ['a.local']])
  assert.equal(recordsOf(etcd), {})
})

returning('leaves a key alone that somebody put in the place of an old one', async () => {
  const etcd = etcdModel()
  putAll(etcd, writtenByExternalDns('a.local', ['10.0.0.1']))
  const world = await takeoverWorld(etcd)
  await world.claims('shop/web@1', ['a.local 10.0.0.1'])
  await world.adopt()
  etcd.put('/skydns/local/a-a/00000000', 'mine')
  const { refused } = await world.giveBack()
  assert.match(refused[0]?.message ?? '', '/skydns/local/a-a/00000000 is there already')
  assert.is(etcd.get('/skydns/local/a-a/00000000'), 'mine')
  assert.is(answers(etcd, 'a.local'), '10.0.0.1')
})

const interrupted = suite('interrupted at any call')
const many = Array.from({ length: 16 }, (_, index) => `h${index}.local`)
const everything = Object.assign(
  {},
  writtenByExternalDns('a.local', ['10.0.0.1'], { entries: 150 }),
  writtenByExternalDns('b.a.local', ['10.0.0.1']),
  ...many.map((host) => writtenByExternalDns(host, ['10.0.0.1'])),
) as Record<string, string>
const hosts = ['a.local', 'b.a.local', ...many]

for (const moment of ['before', 'after'] as const) {
  interrupted(
    `${moment} etcd did it, either way: no name is ever without an answer or with two, and it ends right`,
    async () => {
      let calls = 0
      for (let failing = 1; ; failing++) {
        const etcd = etcdModel()
        putAll(etcd, everything)
        const first = await takeoverWorld(etcd)
        await first.claims('shop/web@1', [...hosts.map((host) => `${host} 10.0.0.1`)])

        calls = 0
        const kill = () => {
          assertOneAnswer(etcd)
          calls++
          if (calls >= failing) throw new RetryLater('killed')
        }
        const killed = await takeoverWorld(etcd, { [moment]: kill })
        const adopted = await survived(killed.adopt())
        assertOneAnswer(etcd)
        if (failing % 2 === 0) await (await takeoverWorld(etcd, watched(etcd))).giveBack()
        await (await takeoverWorld(etcd, watched(etcd))).adopt()
        assert.is(
          Object.values(recordsOf(etcd)).filter((value) => !value.includes('k2s')).length,
          0,
        )
        assert.is(
          hosts.map((host) => answers(etcd, host)).join(''),
          '10.0.0.1'.repeat(hosts.length),
        )

        calls = 0
        const returned = await survived((await takeoverWorld(etcd, { [moment]: kill })).giveBack())
        assertOneAnswer(etcd)
        if (failing % 2 === 0) await (await takeoverWorld(etcd, watched(etcd))).adopt()
        await (await takeoverWorld(etcd, watched(etcd))).giveBack()
        assert.equal(recordsOf(etcd), sorted(everything), `call ${failing}`)
        assert.equal(etcd.keys(keys.adopted), [])
        if (adopted && returned) break
        assert.ok(failing < 100)
      }
    },
  )
}

const watched = (etcd: EtcdModel) => ({ after: () => assertOneAnswer(etcd) })

const survived = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof RetryLater) return false
      throw error
    },
  )

/** Each name answers once: with its key of ExternalDNS, or with ours. */
function assertOneAnswer(etcd: EtcdModel): void {
  for (const host of hosts) assert.is(answers(etcd, host), '10.0.0.1', host)
}

const sorted = (found: Record<string, string>) =>
  Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))

for (const each of [taking, refusing, unclaimed, returning, interrupted]) each.run()
