import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recordsOf } from '../../../../functions/names/records/record.ts'
import type { Change } from '../../../../runtime/clients/etcd.ts'
import { audit } from '../../../../runtime/effects/records/audit.ts'
import { createDamage } from '../../../../runtime/effects/records/damage.ts'
import { follow } from '../../../../runtime/effects/records/follow.ts'
import { createForeign } from '../../../../runtime/effects/records/foreign.ts'
import { createGroupCommit } from '../../../../runtime/effects/records/group-commit.ts'
import { claim, claimsWorld, keys, options } from './claims-world.ts'

const test = suite('what a watch of the records tells')

/** Whoever watches knows the store as it was, and is told these changes, a list a response. */
async function told(claims: readonly string[], ...responses: readonly (readonly Change[])[]) {
  const { etcd, replace } = claimsWorld()
  await replace('shop/web@1', ...claims)
  const client = etcd.connect()
  const commits = createGroupCommit(client, { tree: keys.hosts })
  const [foreign, damage] = [createForeign(options), createDamage(options)]
  const writing = { ...options, foreign, damage }
  await audit(client, commits, writing, { keepNames: false })
  const found: string[] = []
  async function* watch() {
    yield* responses
  }
  await follow(
    { etcd: { watch }, commits, writing },
    {
      revision: 1n,
      opened: () => undefined,
      tell: ({ name, kind }) => void found.push(`${name} ${kind}`),
      signal: new AbortController().signal,
    },
  )
  return found
}

const change = (key: string, value?: string): Change => ({ key, value, modRevision: '999' })
const ofShop = claim('shop.local 10.0.0.1')
const [own] = recordsOf(ofShop.host, { targets: ofShop.targets, ttl: 30 }, options)
const taken = change(own?.key ?? '')
const theirs = change('/skydns/local/shop/0badcafe', '{"host":"10.0.0.1","targetstrip":1}')
const stored = [{ owner: 'ingress/shop/web', uid: 'u-1', targets: ['10.0.0.1'], ttl: 30 }]
const waiting = change(keys.host(ofShop.host), JSON.stringify({ claims: stored }))

test('a record that was taken', async () => {
  assert.equal(await told(['shop.local 10.0.0.1'], [taken]), ['shop.local changed'])
})

test('a key of somebody else beside ours, and none where we have no record', async () => {
  const claims = ['shop.local 10.0.0.1', 'a.blog.local 10.0.0.1']
  const elsewhere = change('/skydns/local/blog/0badcafe', theirs.value)
  assert.equal(await told(claims, [theirs, elsewhere]), ['shop.local crowded'])
})

test('a key of another group, with which CoreDNS answers a name with all below it', async () => {
  const claims = ['shop.local 10.0.0.1', 'a.blog.local 10.0.0.1']
  const grouped = (key: string) => change(key, '{"host":"10.9.9.9","group":"g"}')
  const keysOfOthers = ['/skydns/local/shop/0', '/skydns/local/blog/0', '/skydns/local/wiki/0']
  assert.equal(await told(claims, keysOfOthers.map(grouped)), [
    'shop.local mixed',
    'blog.local mixed',
  ])
})

for (const order of [
  [taken, theirs, waiting],
  [waiting, theirs, taken],
  [theirs, waiting, taken],
]) {
  test('nothing of a name that was given back, whatever is told of it first', async () => {
    assert.equal(await told(['shop.local 10.0.0.1'], order), [])
  })
}

test('a record that was taken beside a key of somebody else', async () => {
  assert.equal(await told(['shop.local 10.0.0.1'], [theirs, taken]), [
    'shop.local crowded',
    'shop.local changed',
  ])
})

test.run()
