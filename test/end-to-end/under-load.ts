import * as assert from 'uvu/assert'
import { startDnsLoad } from '../support/dns-load.ts'
import { anIngress } from './an-ingress.ts'
import { type Changing, startChanging } from './changing.ts'
import { eventually } from './eventually.ts'
import type { TlsWorld } from './tls-world.ts'

const stable = Array.from({ length: 50 }, (_, i) => ({
  host: `s${i}.cluster.local`,
  addresses: [`10.0.0.${i + 1}`],
}))

/**
 * While 200 questions a second ask for names that stay and 20 ingresses a second come and go: no answer may be wrong
 * or missing, no change may be lost, and none may have had to be mended.
 */
export async function underLoad(
  tls: TlsWorld,
  use: (changing: Changing) => Promise<void>,
): Promise<void> {
  const { world } = tls
  await world.apply(
    ...stable.map(({ host, addresses }, i) => anIngress(`s${i}`, host, { targets: addresses })),
  )
  await eventually(async () => {
    for (const { host, addresses } of stable) assert.equal(await tls.resolve(host), addresses)
  })
  const mendedBefore = await mended(tls)
  let count = 0
  const next = () => stable[count++ % stable.length] as (typeof stable)[number]
  const load = startDnsLoad({ ...tls.dns, perSecond: 200, next })
  const changing = startChanging(world, 20)
  try {
    await use(changing)
    for (const [host, addresses] of await changing.stop()) {
      const answer = addresses.length > 0 ? addresses : 'ENOTFOUND'
      await eventually(async () => assert.equal(await tls.resolve(host), answer, host))
    }
  } finally {
    await changing.stop()
    await load.stop()
  }
  const { failures, asked } = await load.stop()
  assert.equal(failures.slice(0, 10), [], `of ${asked} answers ${failures.length} were wrong`)
  assert.ok(asked > 1_000)
  assert.equal(await mended(tls), mendedBefore)
}

/** What no event had put right: by a reconcile, and by the watch of the records. */
export const mended = ({ world: { functions } }: TlsWorld) =>
  Promise.all(
    ['reconcile', 'watch'].map((by) => functions.metric('k2s_dns_mended_total', `by="${by}"`)),
  )

/** How often the functions have taken others over. */
export const rotations = ({ world }: TlsWorld) =>
  world.functions.metric('k2s_dns_events_total', 'function="on-cert-rotated",outcome="done"')
