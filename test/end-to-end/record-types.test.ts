import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askTypes } from '../../runtime/clients/dns.ts'
import { assertDocumented, tableOf } from '../support/document.ts'
import { type Scene, scenes, zones } from './record-types-scenes.ts'
import { type RecordTypesWorld, startRecordTypesWorld } from './record-types-world.ts'
import { silent } from './subtree-scenes.ts'

/** Which record types CoreDNS serves right, beside which others, asked of the real one for every type. */
const test = suite<{ world: RecordTypesWorld }>('record types')

test.before(async (context) => {
  context.world = await startRecordTypesWorld(zones)
})
test.after(({ world }) => world?.stop())
test.after.each(({ world }) => world.clear())

for (const { what, hosts, refused, answers } of scenes) {
  test(what, async ({ world }) => {
    assert.equal(await world.want(hosts), refused ? { [refused]: 'invalid-target' } : {})
    assert.is(await world.audit(), 0, 'a reconcile finds nothing to do')
    if (refused) await world.force(refused, hosts[refused] ?? [])
    for (const [name, expected] of Object.entries(answers)) {
      assert.equal(await world.answers(name), { ...nothingAt(name), ...expected }, name)
    }
  })
}

test('a target that joins changes what the others are in SRV answers, and back', async ({
  world,
}) => {
  const web = 'web.cluster.local'
  const answer = async () => (await world.answers(web))['SRV']
  const before = `SRV 10 100 0 ${web} + A 10.0.0.1`
  await world.want({ [web]: ['10.0.0.1'] })
  assert.is(await answer(), before)
  await world.want({ [web]: ['10.0.0.1', `SRV 0 0 80 ${web}`] })
  assert.is(await answer(), `SRV 0 100 80 ${web} + A 10.0.0.1`)
  await world.want({ [web]: ['10.0.0.1'] })
  assert.is(await answer(), before)
})

test('are told by the DNS client as claims state them, weights as shares', async ({ world }) => {
  const web = 'web.cluster.local'
  await world.want({
    [web]: ['10.0.0.1', 'TXT say "hi" \\\\', `MX 10 ${web}`, `SRV 5 7 80 ${web}`],
  })
  const also = new Set(['TXT', 'MX', 'SRV'] as const)
  const answers = await askTypes(world.server, web, { timeoutMs: 5_000, also })
  assert.equal(
    answers.flatMap(({ values }) => values),
    ['10.0.0.1', 'TXT "say \\"hi\\" \\\\\\\\"', `MX 10 ${web}`, `SRV 5 100 80 ${web}`],
  )
})

/** A name that exists; of a zone there is no NS record, as nothing lies at `ns.dns.ZONE`. */
function nothingAt(name: string) {
  const { SOA: _, ...types } = silent
  return { ...types, ...(zones.includes(name) && { NS: 'NXDOMAIN' }) }
}

test('the page on record types tells the same', () => {
  const head = ['what there is', 'asked', 'type', 'answered']
  const [right, wrong] = [
    scenes.filter(({ refused }) => !refused),
    scenes.filter(({ refused }) => refused),
  ]
  assertDocumented('record-types.md', 'right', tableOf(head, right.flatMap(rowsOf)))
  assertDocumented('record-types.md', 'wrong', tableOf(head, wrong.flatMap(rowsOf)))
})

const rowsOf = ({ what, answers }: Scene): string[][] =>
  Object.entries(answers)
    .flatMap(([name, expected]) => {
      const told = Object.entries(expected)
      return (told.length > 0 ? told : [['all', 'nothing (NODATA)']]).map(
        ([type = '', answer = ''], index) => [index === 0 ? `\`${name}\`` : '', type, answer],
      )
    })
    .map((row, index) => [index === 0 ? what : '', ...row])

test.run()
