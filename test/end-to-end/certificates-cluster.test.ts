// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { full } from '../runner/full.ts'
import type { Issued } from '../support/pki.ts'
import { eventually } from './eventually.ts'
import { startTlsWorld, type TlsWorld } from './tls-world.ts'
import { rotations, underLoad } from './under-load.ts'

const test = suite<{ tls: TlsWorld }>('a new CA with three etcd members')

test.before(async (context) => {
  context.tls = await startTlsWorld({ members: 3 })
})
test.after(({ tls }) => tls?.world.stop())

/** The next one in each round has the same name, as kubeadm's has. */
const rounds = full ? 5 : 1

test('is not taken over while one member only knows it, and is as soon as all do', async ({
  tls,
}) => {
  const { world, make, ca, members } = tls
  tls.renew(make('k2s-dns', { by: ca }))
  await world.functions.start({ args: tls.flags })
  const next = make('etcd-ca', { isCa: true })
  const both = ca.cert + next.cert
  tls.renew({ ca: both })
  await eventually(async () => assert.is(await rotations(tls), 1))
  const [first, ...others] = members
  await tls.roll(both, first && [first])
  tls.renew(make('k2s-dns', { by: next }))
  const told = () => JSON.stringify(world.functions.log())
  await eventually(() => assert.match(told(), 'etcd does not take these credentials'))
  assert.is(await rotations(tls), 1)
  await tls.roll(both, others)
  await eventually(async () => assert.is(await rotations(tls), 2), { withinMs: 60_000 })
  tls.renew({ ...make('k2s-dns', { by: ca }), ca: ca.cert })
  await tls.roll(ca.cert)
})

test('rolls without a missed answer or change, and the old one is refused afterwards', async ({
  tls,
}) => {
  const { world, make, ca } = tls
  await world.functions.start({ args: tls.flags })
  await underLoad(tls, async ({ more }) => {
    let old = ca
    for (let round = 0; round < rounds; round++) {
      const next = make('etcd-ca', { isCa: true })
      await more(20)
      await rollTo(tls, old, next)
      await more(100)
      await assertRefused(tls, old, next)
      old = next
    }
  })
})

/** As docs/certificates.md has it. */
async function rollTo(tls: TlsWorld, old: Issued, next: Issued): Promise<void> {
  const { make } = tls
  const both = old.cert + next.cert
  const ofCoreDns = make('coredns', { by: old })
  const rotated = async (change: () => void) => {
    const before = await rotations(tls)
    change()
    await eventually(async () => assert.is(await rotations(tls), before + 1))
  }
  await rotated(() => tls.renew({ ca: both }))
  await tls.renewCoreDns({ ...ofCoreDns, ca: both })
  await tls.roll(both)
  const renewed = make('coredns', { by: next })
  await rotated(() => tls.renew(make('k2s-dns', { by: next })))
  await tls.renewCoreDns({ ...renewed, ca: both })
  tls.certify(next) // all of them, before one of them knows it alone
  await tls.roll(next.cert)
  await rotated(() => tls.renew({ ca: next.cert }))
  await tls.renewCoreDns({ ...renewed, ca: next.cert })
}

/** By each member, since whoever is taken by one of them is asked nothing by the others. */
async function assertRefused({ members, make, connect }: TlsWorld, old: Issued, next: Issued) {
  for (const member of members) {
    for (const [by, outcome] of [
      [old, /certificate|UNAVAILABLE/i],
      [next, /^read$/],
    ] as const) {
      const client = connect(make('k2s-dns', { by }), next.cert, member)
      const reading = Promise.resolve(client.get('/skydns/x'))
      assert.match(await reading.then(() => 'read', String), outcome)
      client.close()
    }
  }
}

test.run()
