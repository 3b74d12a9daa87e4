import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { comparePositions } from '../../../../functions/names/claim.ts'
import { leafOf, placeholderOf, recordsOf } from '../../../../functions/names/records/record.ts'
import type { Wish } from '../../../../runtime/effects/records/apply-claims.ts'
import { parseClaims } from '../../../../runtime/effects/records/documents.ts'
import { RetryLater } from '../../../../runtime/errors.ts'
import { full } from '../../../runner/full.ts'
import { randomOf } from '../../../support/random.ts'
import {
  allTargets,
  answers,
  claim,
  claimants,
  claimsWorld,
  keys,
  oddities,
  options,
  owner,
} from './claims-world.ts'
import { etcdModel, slowBy } from './etcd-model.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

const replacing = suite('an owner’s claims')

replacing('answer, each with its targets', async () => {
  const { replace, answers, etcd } = claimsWorld()
  const { changed, refused } = await replace(
    'shop/web@1',
    'a.local 10.0.0.2 10.0.0.1',
    'b.c.local fd00::1',
    'd.local lb.example.com',
  )
  assert.equal([changed, refused], [true, []])
  assert.is(answers('a.local'), '10.0.0.1 10.0.0.2')
  assert.is(answers('b.c.local'), 'fd00::1')
  assert.is(answers('d.local'), 'lb.example.com')
  assert.equal(oddities(etcd), [])
})

replacing('are exactly those of its newest state', async () => {
  const { replace, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
  const { changed } = await replace('shop/web@2', 'b.local 10.0.0.2', 'c.local 10.0.0.1')
  assert.ok(changed)
  assert.equal(['a.local', 'b.local', 'c.local'].map(answers), ['', '10.0.0.2', '10.0.0.1'])
  assert.equal(oddities(etcd), [])
})

replacing(
  'that stay the same change nothing, and the same event again writes nothing',
  async () => {
    const { replace, etcd } = claimsWorld()
    await replace('shop/web@1', 'a.local 10.0.0.1')
    assert.not((await replace('shop/web@2', 'a.local 10.0.0.1')).changed)
    const revision = etcd.revision()
    assert.not((await replace('shop/web@2', 'a.local 10.0.0.1')).changed)
    assert.is(etcd.revision(), revision)
  },
)

replacing('are dated when they are first committed, and that date stays', async () => {
  const { fulfil, etcd } = claimsWorld()
  const dates = () => etcd.keys(keys.hosts).map((key) => parseClaims(etcd.get(key))[0]?.since)
  const at = (year: number) => `${year}-01-01T00:00:00Z`
  await fulfil({ owner: owner('shop/web@1'), claims: [claim('a.local 10.0.0.1')], since: at(2026) })
  const later = [claim('a.local 10.0.0.2'), claim('b.local 10.0.0.1')]
  await fulfil({ owner: owner('shop/web@2'), claims: later, since: at(2027) })
  assert.equal(dates(), [at(2026), at(2027)])
  const anew = owner('shop/web@3', { uid: 'u-2' })
  await fulfil({ owner: anew, claims: later, since: at(2028) })
  assert.equal(dates(), [at(2028), at(2028)], 'an object that was created anew claims anew')
})

replacing('that become none are forgotten, the owner is not', async () => {
  const { replace, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('shop/web@2')
  assert.equal([etcd.keys(keys.hosts), etcd.keys(keys.records)], [[], []])
  assert.is((await replace('shop/web@1', 'a.local 10.0.0.1')).changed, false)
  assert.equal(etcd.keys(keys.records), [])
})

replacing('are mended where someone removed a record, as soon as that is known', async () => {
  const { replace, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  for (const key of etcd.keys(keys.records)) etcd.delete(key)
  assert.ok((await replace('shop/web@2', 'a.local 10.0.0.1')).changed)
  assert.is(answers('a.local'), '10.0.0.1')
})

replacing('of names below a name are apart from it', async () => {
  const { replace, release, answers } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('shop/api@1', 'b.a.local 10.0.0.2', 'xa.local 10.0.0.3')
  await release('shop/web@2')
  assert.equal(['a.local', 'b.a.local', 'xa.local'].map(answers), ['', '10.0.0.2', '10.0.0.3'])
})

const releasing = suite('an owner that went')

releasing('leaves heirs: those in whose namespace its host is now', async () => {
  const { step, replace } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
  await replace('shop/api@1', 'b.local 10.0.0.1')
  await replace('blog/web@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
  await replace('wiki/web@1', 'a.local 10.0.0.1')
  await replace('blog/api@1', 'a.local 10.0.0.1')
  const { heirs } = await step({ owner: owner('shop/web@2'), claims: [] })
  assert.equal(heirs, ['ingress/blog/web', 'ingress/blog/api'])
})

releasing('leaves no name, and a memory that ends by itself', async () => {
  const { replace, release, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1', 'b.local 10.0.0.1')
  assert.ok((await release('shop/web@2')).changed)
  assert.equal([etcd.keys(keys.hosts), etcd.keys(keys.records)], [[], []])
  assert.equal(etcd.keys('/'), [keys.owner('ingress/shop/web')])
  assert.ok(etcd.leased.has(keys.owner('ingress/shop/web')))
})

releasing('and was never seen is remembered all the same', async () => {
  const { replace, release, answers } = claimsWorld()
  assert.not((await release('shop/web@5')).changed)
  assert.not((await replace('shop/web@4', 'a.local 10.0.0.1')).changed)
  assert.is(answers('a.local'), '')
})

releasing('and comes back is there again, its memory has no lease', async () => {
  const { replace, release, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await release('shop/web@2')
  await replace('shop/web@3', 'a.local 10.0.0.1')
  assert.is(answers('a.local'), '10.0.0.1')
  assert.not(etcd.leased.has(keys.owner('ingress/shop/web')))
  assert.equal(oddities(etcd), [])
})

const late = suite('a late event')

for (const version of [1, 2, 3]) {
  late(`of version ${version} does not bring back what went at 3`, async () => {
    const { replace, release, answers } = claimsWorld()
    await replace('shop/web@1', 'a.local 10.0.0.1')
    await release('shop/web@3')
    assert.not((await replace(`shop/web@${version}`, 'a.local 10.0.0.1')).changed)
    assert.is(answers('a.local'), '')
  })
}

late('of a change does not undo a newer one', async () => {
  const { replace, answers } = claimsWorld()
  await replace('shop/web@9', 'a.local 10.0.0.9')
  assert.not((await replace('shop/web@10', 'a.local 10.0.0.9')).changed, 'ten is more than nine')
  assert.not((await replace('shop/web@9', 'b.local 10.0.0.8')).changed)
  assert.equal(['a.local', 'b.local'].map(answers), ['10.0.0.9', ''])
})

late('of a deletion does not take the names of the object that was made after it', async () => {
  const { replace, release, answers } = claimsWorld()
  await replace('shop/web@5', 'a.local 10.0.0.1')
  assert.not((await release('shop/web@4', { uid: 'u-0' })).changed)
  assert.is(answers('a.local'), '10.0.0.1')
})

late('of an earlier era is late, whatever its version', async () => {
  const { fulfil, answers } = claimsWorld()
  const claims = (target: string) => [claim(`a.local ${target}`)]
  await fulfil({ owner: owner('shop/web@2', { era: 1 }), claims: claims('10.0.0.2') })
  const old = await fulfil({ owner: owner('shop/web@99'), claims: claims('10.0.0.9') })
  assert.not(old.changed)
  assert.is(answers('a.local'), '10.0.0.2')
})

const meeting = suite('two owners of one name')

meeting('with the same target share it until the last one goes', async () => {
  const { replace, release, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  assert.equal((await replace('blog/web@2', 'a.local 10.0.0.1')).refused, [])
  await release('shop/web@3')
  assert.is(answers('a.local'), '10.0.0.1')
  await release('blog/web@4')
  assert.is(answers('a.local'), '')
  assert.equal(etcd.keys(keys.hosts), [])
})

meeting('with other targets: the elder keeps it, the younger gets it when that goes', async () => {
  const { replace, release, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  const { changed, refused } = await replace('blog/web@2', 'a.local 10.0.0.2')
  assert.equal(
    [changed, refused.map(({ host, reason }) => `${host} ${reason}`)],
    [false, ['a.local taken']],
  )
  assert.match(refused[0]?.message ?? '', 'ingress/shop/web claimed it first')
  assert.is(answers('a.local'), '10.0.0.1')
  await release('shop/web@3')
  assert.is(answers('a.local'), '10.0.0.2')
  assert.equal(oddities(etcd), [])
})

meeting('the elder stays it through its own changes', async () => {
  const { replace, answers } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('blog/web@2', 'a.local 10.0.0.2')
  await replace('shop/web@3', 'a.local 10.0.0.3')
  assert.is(answers('a.local'), '10.0.0.3')
})

meeting('the elder that no longer asks for it hands it over', async () => {
  const { replace, answers } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('blog/web@2', 'a.local 10.0.0.2')
  await replace('shop/web@3', 'b.local 10.0.0.1')
  assert.is(answers('a.local'), '10.0.0.2')
  const back = await replace('shop/web@4', 'a.local 10.0.0.1')
  assert.is(back.refused.length, 1, 'and is the younger one now')
  assert.is(answers('a.local'), '10.0.0.2')
})

meeting('the elder that is made anew, with another uid, is the younger one', async () => {
  const { replace, fulfil, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('blog/web@2', 'a.local 10.0.0.2')
  const recreated = {
    owner: owner('shop/web@5', { uid: 'u-2' }),
    claims: [claim('a.local 10.0.0.1')],
  }
  assert.is((await fulfil(recreated)).refused.length, 1)
  assert.is(answers('a.local'), '10.0.0.2')
  assert.equal(claimants(etcd), ['a.local: blog/web shop/web'])
  assert.equal(oddities(etcd), [])
})

meeting('of one namespace join their targets, and part again', async () => {
  const { replace, release, answers } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  await replace('shop/api@2', 'a.local 10.0.0.2')
  assert.is(answers('a.local'), '10.0.0.1 10.0.0.2')
  await release('shop/web@3')
  assert.is(answers('a.local'), '10.0.0.2')
})

meeting('twenty namespaces share a name as they come and go', async () => {
  const { replace, release, answers, etcd } = claimsWorld()
  const all = upTo(20).map((i) => `n${i}/web`)
  await Promise.all(all.map((id) => replace(`${id}@1`, 'a.local 10.0.0.1')))
  const shuffled = randomOf(1).shuffled(all)
  for (const id of shuffled.slice(1)) {
    await release(`${id}@2`)
    assert.is(answers('a.local'), '10.0.0.1')
    assert.equal(oddities(etcd), [])
  }
  await release(`${shuffled[0]}@2`)
  assert.is(answers('a.local'), '')
})

const foreign = suite('a key of someone else')
const theirs = '{"host":"10.9.9.9","owner":"external-dns"}'
const contested = keys.record(claim('a.local').host, leafOf('k2s', 'a.local', '10.0.0.1'))

foreign('where ours would be is left alone, and the claim is refused', async () => {
  const { replace, release, etcd } = claimsWorld()
  etcd.put(contested, theirs)
  const { changed, refused } = await replace('shop/web@1', 'a.local 10.0.0.1')
  assert.equal([changed, refused.map(({ reason }) => reason)], [false, ['foreign-record']])
  assert.match(refused[0]?.message ?? '', contested)
  assert.is(etcd.get(contested), theirs)
  await replace('shop/web@2', 'a.local 10.0.0.2')
  await release('shop/web@3')
  assert.is(etcd.get(contested), theirs)
})

for (const [what, value] of [
  ['no JSON', 'hello'],
  ['JSON without owner', '{"host":"10.0.0.1"}'],
  ['a record of another instance', '{"host":"10.0.0.1","owner":"k2s-2"}'],
] as const) {
  foreign(`is one whatever it holds: ${what}`, async () => {
    const { replace, release, etcd } = claimsWorld()
    etcd.put(contested, value)
    assert.is((await replace('shop/web@1', 'a.local 10.0.0.1')).refused.length, 1)
    await release('shop/web@2')
    assert.is(etcd.get(contested), value)
  })
}

for (const [what, value, said] of [
  [
    'somebody',
    '{"host":"10.9.9.9","targetstrip":1,"port":80}',
    /^someone else keeps .*: it has to go first$/,
  ],
  [
    'ExternalDNS',
    '{"host":"10.9.9.9","targetstrip":1,"owner":"east"}',
    / is written by ExternalDNS \(owner east\), .*: see k2s-dns adopt$/,
  ],
] as const) {
  foreign(`is told with its writer, who is ${what}`, async () => {
    const { replace, etcd } = claimsWorld()
    etcd.put(contested, value)
    const [inTheWay] = (await replace('shop/web@1', 'a.local 10.0.0.1')).refused
    assert.match(inTheWay?.message ?? '', said)
    const beside = { key: '/skydns/local/said/00001234', value }
    options.foreign.note(beside.key, beside.value)
    const [both] = (await replace('shop/web@2', 'said.local 10.0.0.1')).refused
    assert.match(both?.message ?? '', said)
    options.foreign.note(beside.key, undefined)
  })
}

foreign('that took the place of ours stays when we go', async () => {
  const { replace, release, etcd } = claimsWorld()
  await replace('shop/web@1', 'a.local 10.0.0.1')
  etcd.put(contested, theirs)
  await release('shop/web@2')
  assert.is(etcd.get(contested), theirs)
})

foreign('where a placeholder of ours would be is left alone', async () => {
  const { replace, release, etcd } = claimsWorld()
  await replace('shop/web@1', 'b.a.local 10.0.0.1')
  const placeholder = placeholderOf('a.local', options).key
  etcd.put(placeholder, theirs)
  await replace('shop/web@2', 'b.a.local 10.0.0.2')
  await release('shop/web@3')
  assert.is(etcd.get(placeholder), theirs)
})

foreign('that came later does not silence a name whose targets change', async () => {
  const { replace, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'held.local 10.0.0.1')
  const late = { key: '/skydns/local/held/1234', value: '{"host":"10.9.9.9","targetstrip":1}' }
  etcd.put(late.key, late.value)
  options.foreign.note(late.key, late.value)
  const { refused } = await replace('shop/web@2', 'held.local 10.0.0.2')
  options.foreign.note(late.key, undefined)
  assert.equal(refused, [])
  assert.match(answers('held.local'), '10.0.0.2')
})

foreign('that came later does not get a name whose records somebody took', async () => {
  const world = claimsWorld()
  const { replace, answers, etcd } = world
  await replace('shop/web@1', 'held.local 10.0.0.1')
  const late = { key: '/skydns/local/held/1234', value: '{"host":"10.9.9.9","targetstrip":1}' }
  etcd.put(late.key, late.value)
  options.foreign.note(late.key, late.value)
  for (const { key } of recordsOf(
    claim('held.local').host,
    { targets: ['10.0.0.1'], ttl: 30 },
    options,
  ))
    etcd.delete(key)
  const restarted = claimsWorld(etcd)
  const { refused } = await restarted.replace('shop/web@2', 'held.local 10.0.0.1')
  assert.equal(refused, [])
  assert.is(answers('held.local'), '10.0.0.1 10.9.9.9')
  await restarted.release('shop/web@3')
  const again = await restarted.replace('blog/web@4', 'held.local 10.0.0.1')
  options.foreign.note(late.key, undefined)
  assert.equal(
    again.refused.map(({ reason }) => reason),
    ['foreign-record'],
    'it was given up',
  )
})

foreign('that makes way for another one of theirs does not make way for us', async () => {
  const { replace, answers, etcd } = claimsWorld()
  const value = '{"host":"10.9.9.9","targetstrip":1}'
  const [old, young] = ['/skydns/local/first/1234', '/skydns/local/first/1235']
  options.foreign.note(old, value)
  await replace('shop/web@1', 'first.local 10.0.0.1')
  etcd.put(young, value)
  options.foreign.note(young, value)
  options.foreign.note(old, undefined)
  const { refused } = await replace('shop/web@2', 'first.local 10.0.0.1')
  options.foreign.note(young, undefined)
  assert.is(refused.length, 1)
  assert.is(answers('first.local'), '10.9.9.9')
})

foreign('beside ours stays, above and below too', async () => {
  const { replace, release, etcd } = claimsWorld()
  const around = ['/skydns/local/a/1234', '/skydns/local/a', '/skydns/local/a/b/1', '/registry/x']
  for (const key of around) etcd.put(key, theirs)
  await replace('shop/web@1', 'a.local 10.0.0.1')
  assert.is(etcd.keys(keys.records).length, 4)
  await release('shop/web@2')
  assert.equal(etcd.keys(keys.records), around.slice(0, 3).sort())
  for (const key of around) assert.is(etcd.get(key), theirs)
})

foreign('that went makes room for the claim, with the next event', async () => {
  const { replace, answers, etcd } = claimsWorld()
  etcd.put(contested, theirs)
  await replace('shop/web@1', 'a.local 10.0.0.1')
  etcd.delete(contested)
  assert.equal((await replace('shop/web@2', 'a.local 10.0.0.1')).refused, [])
  assert.is(answers('a.local'), '10.0.0.1')
})

foreign('document in our own state is written anew, and is no crash', async () => {
  const { replace, answers, etcd } = claimsWorld()
  etcd.put(keys.owner('ingress/shop/web'), 'hello')
  etcd.put(keys.host(claim('a.local').host), '{"claims":[5]}')
  await replace('shop/web@1', 'a.local 10.0.0.1')
  assert.is(answers('a.local'), '10.0.0.1')
  assert.equal(oddities(etcd), [])
})

foreign('in place of the claims makes no difference to what answers: it is ours', async () => {
  const { replace, answers, etcd } = claimsWorld()
  await replace('shop/web@1', 'robbed.local 10.0.0.1', 'below.robbed.local 10.0.0.1')
  const late = { key: '/skydns/local/robbed/1234', value: '{"host":"10.9.9.9","targetstrip":1}' }
  options.foreign.note(late.key, late.value)
  etcd.put(keys.host(claim('robbed.local').host), '{"claims":')
  assert.equal((await replace('blog/web@1', 'robbed.local 10.0.0.2')).refused, [])
  assert.is(answers('robbed.local'), '10.0.0.2', 'and those who claim it anew are all that it has')
  assert.is(answers('below.robbed.local'), '10.0.0.1')
  options.foreign.note(late.key, undefined)
})

foreign('is not taken for late because a placeholder of ours is there', async () => {
  const { replace, answers, etcd } = claimsWorld()
  const early = { key: '/skydns/local/early/1234', value: '{"host":"10.9.9.9","targetstrip":1}' }
  options.foreign.note(early.key, early.value)
  await replace('shop/web@1', 'early.local 10.0.0.1', 'below.early.local 10.0.0.1')
  etcd.put(keys.host(claim('early.local').host), '{"claims":')
  assert.is((await replace('blog/web@1', 'early.local 10.0.0.2')).refused.length, 1)
  assert.is(answers('early.local'), '')
  options.foreign.note(early.key, undefined)
})

const large = suite('300 hosts of one owner')
const hosts = upTo(300).map((i) => `h${i}.local`)
const pointing = (target: string) => hosts.map((host) => claim(`${host} ${target}`))
const wish = (version: number, claims = pointing('10.0.0.1')): Wish => ({
  owner: owner(`shop/web@${version}`),
  claims,
})
const goneAt = (version: number): Wish => ({ ...wish(version, []), goneLease: '7' })

large('all answer, and all go', async () => {
  const { fulfil, etcd } = claimsWorld()
  assert.ok((await fulfil(wish(1))).steps > 1, 'they don’t fit one transaction')
  assert.is(hosts.map((host) => answers(etcd, host)).join(''), '10.0.0.1'.repeat(300))
  assert.equal(oddities(etcd), [])
  await fulfil(goneAt(2))
  assert.equal(etcd.keys('/'), [keys.owner('ingress/shop/web')])
})

large('go all, also where calls fail on the way and two who share them go at once', async () => {
  for (let failing = 1; failing < 16; failing += full ? 1 : 4) {
    const etcd = etcdModel()
    let calls = Number.NEGATIVE_INFINITY
    const before = () => {
      calls++
      if (calls >= failing && calls < failing + 3) throw new RetryLater('etcd is away')
    }
    const { fulfil } = claimsWorld(etcd, { before })
    await fulfil(wish(1))
    await fulfil({ ...wish(1), owner: owner('blog/web@1') })
    calls = 0
    const goes = [goneAt(2), { ...goneAt(2), owner: owner('blog/web@2') }].map(async (gone) => {
      for (;;) {
        try {
          return await fulfil(gone)
        } catch (error) {
          if (!(error instanceof RetryLater)) throw error
        }
      }
    })
    await Promise.all(goes)
    assert.equal([etcd.keys(keys.hosts), etcd.keys(keys.records)], [[], []], `call ${failing}`)
  }
})

const resumed: readonly (readonly [what: string, next: Wish, left: string])[] = [
  ['the same event comes again', wish(1), '10.0.0.1'.repeat(300)],
  ['a newer one asks for the same', wish(2), '10.0.0.1'.repeat(300)],
  ['a newer one asks for other targets', wish(2, pointing('10.0.0.2')), '10.0.0.2'.repeat(300)],
  [
    'a newer one asks for the last two',
    wish(2, pointing('10.0.0.1').slice(-2)),
    '10.0.0.1'.repeat(2),
  ],
  ['a newer one asks for none', wish(2, []), ''],
  ['the object is gone', goneAt(2), ''],
]
for (const [what, next, left] of resumed) {
  large(`that were interrupted after any step end right when ${what}`, async () => {
    for (let steps = 1; ; steps++) {
      const etcd = etcdModel()
      const first = claimsWorld(etcd)
      let rest: Awaited<ReturnType<typeof first.step>>['rest'] | undefined
      for (let i = 0; i < steps; i++) rest = (await first.step(wish(1), rest)).rest
      if (rest?.length === 0) break
      const other = claimsWorld(etcd) // another process, which knows nothing yet
      await other.fulfil(next)
      assert.is(allTargets(etcd), left, `after step ${steps}`)
      assert.equal(oddities(etcd), [], `after step ${steps}`)
      await first.fulfil(wish(1)) // wakes up again: too late
      assert.is(allTargets(etcd), left, `after step ${steps}`)
    }
  })
}

large(
  'whose release was interrupted go all the same, and late events bring none back',
  async () => {
    const etcd = etcdModel()
    const first = claimsWorld(etcd)
    await first.fulfil(wish(1))
    await first.step(goneAt(2))
    const other = claimsWorld(etcd)
    await other.fulfil(wish(1))
    await other.fulfil(goneAt(2))
    assert.equal(etcd.keys('/'), [keys.owner('ingress/shop/web')])
  },
)

large('and of another at once, with other targets: each name is one’s and only one’s', async () => {
  const etcd = etcdModel()
  const [a, b] = [claimsWorld(etcd), claimsWorld(etcd)]
  const claims = [...pointing('10.0.0.2')].reverse()
  await Promise.all([a.fulfil(wish(1)), b.fulfil({ owner: owner('blog/web@1'), claims })])
  const found = new Set(hosts.map((host) => answers(etcd, host)))
  assert.equal([...found].sort(), ['10.0.0.1', '10.0.0.2'])
  assert.equal(oddities(etcd), [])
})

const replicas = suite('two replicas')
const rounds = full ? 200 : 20

/** Events of six ingresses in three namespaces over few hosts; what each asked for last. */
function history(round: number) {
  const random = randomOf(round)
  const names = ['a/x', 'a/y', 'b/x', 'b/y', 'c/x', 'c/y']
  const last = new Map<string, Wish>()
  const events = upTo(30).map((i): Wish => {
    const id = random.oneOf(names)
    const uid = last.get(id)?.owner.uid ?? 'u-1'
    const goes = random.below(5) === 0
    const next = random.below(6) === 0 ? `u-${i}` : uid
    const host = () => random.oneOf(random.below(8) === 0 ? hosts.slice(0, 30) : hosts.slice(0, 4))
    const wanted = new Set(upTo(random.below(5)).map(host))
    if (random.below(15) === 0) for (const each of hosts.slice(0, 40)) wanted.add(each)
    const claims = [...wanted].map((each) => claim(`${each} 10.0.0.${random.below(3)}`))
    const event: Wish = {
      owner: owner(`${id}@${i + 1}`, { uid: next }),
      ...(goes ? { claims: [], goneLease: '7' } : { claims }),
    }
    const before = last.get(id)
    if (!before || comparePositions(event.owner.at, before.owner.at) > 0) last.set(id, event)
    return event
  })
  return { events, last }
}

/** `a.local: a/x b/y` of what was asked for last, in the order of names. */
function wanted(last: ReadonlyMap<string, Wish>): string[] {
  const byHost = new Map<string, string[]>()
  for (const [id, { claims }] of last) {
    for (const { host } of claims) byHost.set(host, [...(byHost.get(host) ?? []), id].sort())
  }
  return [...byHost].map(([host, ids]) => `${host}: ${ids.join(' ')}`).sort()
}

const inOrderOfNames = (line: string) => {
  const [host = '', ids = ''] = line.split(': ')
  return `${host}: ${ids.split(' ').sort().join(' ')}`
}

replicas(
  'end where the last events say, whatever is late, repeated, or failed on the way',
  async () => {
    for (const round of upTo(rounds)) {
      const etcd = etcdModel()
      const random = randomOf(round + 1e6)
      const troubled = async () => {
        await slowBy(() => random.below(3))()
        if (random.below(15) === 0) throw new RetryLater('etcd is away')
      }
      const both = upTo(2).map(() => claimsWorld(etcd, { before: troubled, after: troubled }))
      const { events, last } = history(round)
      const repeated = events.filter(() => random.below(2) === 0)
      const deliveries = random.shuffled([...events, ...repeated]).map(async (event) => {
        await slowBy(() => random.below(60))()
        for (;;) {
          try {
            return await random.oneOf(both).fulfil(event)
          } catch (error) {
            if (!(error instanceof RetryLater)) throw error
          }
        }
      })
      await Promise.all(deliveries)
      assert.equal(oddities(etcd), [], `round ${round}`)
      assert.equal(claimants(etcd).map(inOrderOfNames).sort(), wanted(last), `round ${round}`)
    }
  },
)

for (const each of [replacing, releasing, late, meeting, foreign, large, replicas]) each.run()
