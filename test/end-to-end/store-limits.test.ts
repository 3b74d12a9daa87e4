// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { maxClaimsBytes, maxNamesBytes } from '../../functions/names/policy/limits.ts'
import type { Handled } from '../../runtime/function.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { full } from '../runner/full.ts'
import { type EtcdKeys, etcdKeys } from './etcd-keys.ts'
import { type Straight, startStraight } from './straight.ts'
import { toldIngress } from './straight-ingress.ts'

const servers = await realServers(['etcd'])
const test = suite('what is large')
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const state = '/k2s-dns/k2s-dns'

async function onEtcd(use: (straight: Straight, etcd: EtcdKeys) => Promise<void>): Promise<void> {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const { endpoint } = await startEtcd({ ...servers, supervisor })
  const straight = await startStraight({ etcd: endpoint, zones: ['cluster.local'] })
  try {
    await use(straight, etcdKeys(endpoint))
    const refusals = straight.log.lines.filter(
      // a busy machine may miss a deadline once, which is no limit of etcd's
      ([line]) => line.includes('did not commit') && !line.includes('DEADLINE_EXCEEDED'),
    )
    assert.equal(refusals, [])
  } finally {
    await straight.close()
  }
}

function refusedOf(handled: readonly Handled[]): readonly { host: string; reason: string }[] {
  const [answer] = handled.map(
    (each) => each.answer as { refused: { host: string; reason: string }[] },
  )
  return answer?.refused ?? []
}

const bytesBelow = async (etcd: EtcdKeys, prefix: string) =>
  Math.max(...Object.values(await etcd.all(prefix)).map((value) => Buffer.byteLength(value)))

test('an object with more names than are kept of one has the first, and is told of the others', () =>
  onEtcd(async (straight, etcd) => {
    const label = 'x'.repeat(60)
    const hosts = upTo(1_500).map((i) => `h${i}.${label}.${label}.${label}.cluster.local`)
    const refused = refusedOf(await straight.tell('add', toldIngress('web', hosts)))
    assert.ok(refused.length > 0)
    assert.equal(new Set(refused.map(({ reason }) => reason)), new Set(['too-many-names']))
    assert.equal(
      refused.map(({ host }) => host),
      hosts.slice(-refused.length),
    )
    assert.is((await straight.records.audit()).hosts, hosts.length - refused.length)
    assert.ok((await bytesBelow(etcd, `${state}/owners/`)) < maxNamesBytes + 1_000)

    const others = refusedOf(await straight.tell('update', toldIngress('web', hosts.toReversed())))
    assert.equal(
      others.map(({ host }) => host),
      hosts.slice(0, others.length).toReversed(),
    )
    assert.is((await straight.records.audit()).hosts, hosts.length - others.length)
    await straight.tell('delete', toldIngress('web', []))
    assert.is((await straight.records.audit()).hosts, 0)
  }))

test('a name that too many objects claim takes no more, and all who have it can go', () =>
  onEtcd(async (straight, etcd) => {
    const host = 'shared.cluster.local'
    const namespace = (i: number) => ({ namespace: `team-${i}-${'x'.repeat(50)}` })
    const all = upTo(full ? 2_000 : 500)
    const handled = await Promise.all(
      all.map((i) => straight.tell('add', toldIngress('web', host, namespace(i)))),
    )
    const refused = handled.flatMap(refusedOf)
    assert.ok(
      refused.length > 0 && refused.length < all.length - 200,
      `${refused.length} are refused`,
    )
    assert.equal(new Set(refused.map(({ reason }) => reason)), new Set(['too-many-claims']))
    assert.ok((await bytesBelow(etcd, `${state}/hosts/`)) < maxClaimsBytes * 1.1)
    await Promise.all(all.map((i) => straight.tell('delete', toldIngress('web', [], namespace(i)))))
    assert.is((await straight.records.audit()).hosts, 0)
  }))

if (full) {
  test('an object with ten thousand names has them all', () =>
    onEtcd(async (straight) => {
      const hosts = upTo(10_000).map((i) => `h${i}.cluster.local`)
      assert.equal(refusedOf(await straight.tell('add', toldIngress('web', hosts))), [])
      assert.is((await straight.records.audit()).hosts, hosts.length)
    }))
}

test.run()
