// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { node } from '../../functions/names/kinds/node.ts'
import { assertDocumented } from '../support/document.ts'
import { failureOf } from '../support/outcome.ts'
import { compare, type Ran } from './parity/comparison.ts'
import { fixture } from './parity/fixture.ts'
import { fixtures } from './parity/fixtures/index.ts'
import { differencesText, runsText } from './parity/page.ts'
import { type Peers, startPeers } from './parity/peers.ts'
import { type Run, runs } from './parity/runs.ts'
import { unsettled } from './parity/unsettled.ts'

/** ExternalDNS 0.21.0 and k2s-dns are given the same objects: whatever comes out otherwise has its reason in a table. */
const test = suite<{ peers: Peers }>('parity with ExternalDNS')

test.before(async (context) => {
  context.peers = await startPeers()
})
test.after(({ peers }) => peers?.world.stop())

const seen: Ran[] = []
for (const run of runs) {
  test(`as in the tables: ${run.what}`, async ({ peers }) => {
    await peers.give(run, fixtures)
    seen.push([run, await compare(await peers.theirs(run), await peers.ours())])
  })
}

test('each difference has its reason, and each reason its difference', () => {
  assert.is(seen.length, runs.length)
  assert.ok(fixtures.length >= 80)
  assert.equal(unsettled(seen), [])
})

test('the page on differences tells the same', () => {
  assertDocumented('parity.md', 'runs', runsText(seen, fixtures))
  assertDocumented('parity.md', 'differences', differencesText(seen))
})

test('one Node without an address stops ExternalDNS, and takes no name from us', async ({
  peers,
}) => {
  const [run] = runs as readonly [Run, ...Run[]]
  await peers.give(run, fixtures)
  const { names } = await peers.ours()
  const bare = { kind: node, what: 'bare', status: { addresses: [] } }
  await peers.give(run, [...fixtures, fixture('node.cluster.local', bare)])
  assert.match(String(await failureOf(peers.theirs(run))), 'could not find node address for bare')
  assert.equal((await peers.ours()).names, names)
})

test.run()
