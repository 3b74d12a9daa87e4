// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { keysOf } from '../../functions/names/records/keys.ts'
import { connectEtcd } from '../../runtime/clients/etcd.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { createRecords } from '../../runtime/effects/records/index.ts'
import { createMetrics } from '../../runtime/metrics.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { claim, owner } from '../runtime/effects/records/claims-world.ts'
import { failureOf } from '../support/outcome.ts'
import { k2sDns } from './command-line.ts'
import { type EtcdKeys, etcdKeys } from './etcd-keys.ts'
import { namesIn } from './names.ts'

const servers = await realServers(['etcd'])
const instance = 'k2s-dns'
const keys = keysOf({ instance })
const test = suite('what is stored')

/** A replica of this version on a real etcd, and what somebody else sees there. */
async function onEtcd(
  use: (parts: {
    endpoint: string
    etcd: EtcdKeys
    replica: () => ReturnType<typeof createRecords>
  }) => Promise<void>,
): Promise<void> {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const { endpoint } = await startEtcd({ ...servers, supervisor })
  const client = await connectEtcd({ endpoints: [endpoint] })
  const replica = () =>
    createRecords({ etcd: client, instance, zones: ['local'], clock, metrics: createMetrics() })
  try {
    await use({ endpoint, etcd: etcdKeys(endpoint), replica })
  } finally {
    client.close()
  }
}

const hosts = 300
const wanted = Array.from({ length: hosts }, (_, i) => claim(`h${i}.shop.local 10.0.0.${i % 9}`))

/** As version 1 left it: host documents under their names, no placeholders. */
async function asVersion1(etcd: EtcdKeys): Promise<void> {
  for (const [key, value] of Object.entries(await etcd.all(keys.hosts))) {
    const name = key.slice(keys.hosts.length).split('/').reverse().join('.')
    await etcd.delete(key)
    await etcd.put(`${keys.hosts}${name}`, value)
  }
  await etcd.put(keys.schema, '1')
}

test('by version 1 is taken over with every name and claim', () =>
  onEtcd(async ({ etcd, replica }) => {
    const first = replica()
    await first.check()
    await first.replace(owner('shop/web@1'), wanted)
    const before = await etcd.all('/k2s-dns/')
    await asVersion1(etcd)
    const second = replica()
    await second.check()
    await second.audit()
    assert.equal(await etcd.all('/k2s-dns/'), before)
    assert.is(Object.keys(await namesIn(etcd)).length, hosts)
    assert.equal((await second.replace(owner('shop/web@2'), wanted)).changed, false)
  }))

test('goes back to version 1 by a command, and forward again', () =>
  onEtcd(async ({ endpoint, etcd, replica }) => {
    const records = replica()
    await records.check()
    await records.replace(owner('shop/web@1'), wanted)
    const names = await namesIn(etcd)
    const flag = `--etcd.endpoints=${endpoint}`
    assert.is((await k2sDns('migrate', '1', flag)).code, 0)
    assert.is((await etcd.all(keys.schema))[keys.schema], '1')
    assert.ok(`${keys.hosts}h7.shop.local` in (await etcd.all(keys.hosts)))
    assert.is((await k2sDns('migrate', '2', flag)).code, 0)
    assert.ok(`${keys.hosts}local/shop/h7` in (await etcd.all(keys.hosts)))
    assert.equal(await namesIn(etcd), names)
    assert.is((await k2sDns('migrate', '3', flag)).code, 1)
  }))

test('by a newer version is not written to: not by a start, and not by one that runs beside it', () =>
  onEtcd(async ({ etcd, replica }) => {
    const running = replica()
    await running.check()
    await running.replace(owner('shop/web@1'), [claim('a.local 10.0.0.1')])
    await etcd.put(keys.schema, '3')
    const before = await etcd.all()
    const failure = String(await failureOf(running.replace(owner('shop/web@2'), [])))
    assert.match(failure, 'RetryLater')
    assert.match(failure, 'says layout "3", this version writes 2')
    assert.match(String(await failureOf(running.check())), 'GiveUp')
    assert.match(String(await failureOf(replica().check())), 'says layout "3"')
    assert.equal(await etcd.all(), before)

    await etcd.put(keys.schema, '2')
    await running.check()
    assert.ok((await running.replace(owner('shop/web@2'), [])).changed)
  }))

test('while another version moves it is written to by that one only', () =>
  onEtcd(async ({ etcd, replica }) => {
    const running = replica()
    await running.check()
    await running.replace(owner('shop/web@1'), [claim('a.local 10.0.0.1')])
    await asVersion1(etcd)
    const before = await etcd.all()
    const failure = String(await failureOf(running.replace(owner('shop/web@2'), [])))
    assert.match(failure, 'says layout "1", this version writes 2')
    assert.equal(await etcd.all(), before)
  }))

test.run()
