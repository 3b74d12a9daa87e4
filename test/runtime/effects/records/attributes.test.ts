import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../../functions/names/host.ts'
import { answers, claimsWorld, oddities, owner } from './claims-world.ts'

/** `blog/web@1` asks for a text at a host. */
async function text(world: ReturnType<typeof claimsWorld>, id: string, host: string) {
  const claims = [{ host: host as Host, targets: ['TXT "hi"'], ttlSeconds: 30 }] // as parseHost would have it
  const { refused } = await world.fulfil({ owner: owner(id), claims })
  return refused.map(({ reason, message }) => `${reason}: ${message}`).join()
}
const taken = 'taken: it speaks of a.local, which ingress/shop/web claimed first'

const test = suite('a name with underscores')

test('is for the namespace that has the name above them', async () => {
  const world = claimsWorld()
  await world.replace('shop/web@1', 'a.local 10.0.0.1')
  assert.is(await text(world, 'blog/web@2', '_acme-challenge.a.local'), taken)
  assert.is(await text(world, 'blog/web@3', 's1._domainkey.a.local'), taken)
  assert.is(await text(world, 'shop/other@4', '_acme-challenge.a.local'), '')
  assert.equal(oddities(world.etcd), [])
})

test('is for anybody where nobody has the name above', async () => {
  const world = claimsWorld()
  assert.is(await text(world, 'blog/web@1', '_dmarc.a.local'), '')
  assert.is.not(world.etcd.keys('/skydns/local/a/_dmarc/').length, 0)
})

test('is lost to who has the name above as soon as it is asked for again', async () => {
  const world = claimsWorld()
  await text(world, 'blog/web@1', '_dmarc.a.local')
  await world.replace('shop/web@2', 'a.local 10.0.0.1')
  assert.is(await text(world, 'blog/web@3', '_dmarc.a.local'), taken)
  assert.equal(world.etcd.keys('/skydns/local/a/_dmarc/'), [])
  assert.is(answers(world.etcd, 'a.local'), '10.0.0.1')
  assert.equal(oddities(world.etcd), [])
})

test.run()
