// time limit: 1200 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Etcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { connectEtcd, type EtcdOptions } from '../../runtime/clients/etcd.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { usualTarget } from './an-ingress.ts'
import { type EtcdCluster, startEtcdCluster } from './etcd-cluster.ts'
import { etcdKeys } from './etcd-keys.ts'
import { eventually } from './eventually.ts'
import { namesIn } from './names.ts'
import { type Straight, startStraight } from './straight.ts'
import { toldIngress } from './straight-ingress.ts'

const servers = await realServers(['etcd'])
const test = suite('an etcd of three members')
const zones = ['cluster.local']
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

async function withCluster(
  use: (cluster: EtcdCluster, straight: Straight, options: EtcdOptions) => Promise<void>,
) {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const cluster = await startEtcdCluster({ ...servers, supervisor })
  const options = { endpoints: cluster.endpoints, timeoutMs: 1_000 }
  const straight = await startStraight({ etcd: options, zones })
  try {
    await use(cluster, straight, options)
  } finally {
    for (const { process } of cluster.members) process.kill('SIGCONT')
    await straight.close()
  }
}

const host = (i: number) => `h${i}.cluster.local`
const apply = (straight: Straight, from: number, to: number) =>
  Promise.all(
    upTo(to)
      .slice(from)
      .map((i) => straight.tell('add', toldIngress(`web-${i}`, [host(i), 'all.cluster.local']))),
  )

/** Whoever was there goes on being asked, by those who are alive. */
async function assertNames({ endpoint }: Etcd, count: number): Promise<void> {
  const expected = [...upTo(count).map(host), 'all.cluster.local']
  const names = await namesIn(etcdKeys(endpoint))
  assert.equal(names, Object.fromEntries(expected.map((name) => [name, [usualTarget]])))
  const claims = await etcdKeys(endpoint).all('/k2s-dns/k2s-dns/hosts/local/cluster/all')
  const owners = Object.values(claims).flatMap((text) =>
    (JSON.parse(text) as { claims: { owner: string }[] }).claims.map(({ owner }) => owner),
  )
  assert.is(new Set(owners).size, owners.length, 'a claim is there twice')
  assert.is(owners.length, count)
}

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(`whose leader gets ${signal} amid changes loses none, and takes more`, () =>
    withCluster(async (cluster, straight) => {
      const {
        leader,
        followers: [follower],
      } = await cluster.roles()
      assert.ok(follower)
      await apply(straight, 0, 20)
      const changing = apply(straight, 20, 120)
      leader.process.kill(signal)
      await changing
      await apply(straight, 120, 130)
      await assertNames(follower, 130)
      if (signal === 'SIGKILL') {
        await leader.process.exited
        await leader.process.start()
      } else leader.process.kill('SIGCONT')
      await cluster.roles()
      await apply(straight, 130, 140)
      await assertNames(leader, 140)
      assert.equal((await straight.records.audit()).hosts, 141)
    }))
}

test('that lost two of them lets changes wait, and answers nothing old', () =>
  withCluster(async (cluster, straight, options) => {
    const { leader, followers } = await cluster.roles()
    const [first, second] = followers as [Etcd, Etcd]
    await apply(straight, 0, 20)
    for (const { process } of [leader, first]) {
      process.kill('SIGKILL')
      await process.exited
    }
    const alone = await connectEtcd({ ...options, endpoints: [second.endpoint] })
    assert.match(await alone.read(['/skydns/a']).then(() => 'read', String), 'RetryLater')
    alone.close()
    const changing = apply(straight, 20, 60)
    await eventually(() => assert.match(String(straight.log.lines), 'retried'))
    assert.match(await straight.records.check().then(() => 'fine', String), 'RetryLater')
    await Promise.all([leader, first].map(({ process }) => process.start()))
    await changing
    await assertNames(second, 60)
  }))

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(`whose first one got ${signal} costs us one call, not each`, () =>
    withCluster(async ({ members, roles }, _, options) => {
      const { followers } = await roles()
      const [away] = followers as [Etcd]
      away.process.kill(signal)
      const others = members.filter((each) => each !== away)
      await eventually(async () => {
        const answer = await fetch(`${away.metricsUrl}/health`, {
          signal: AbortSignal.timeout(200),
        }).catch(() => undefined)
        assert.not(answer)
      })
      const endpoints = [away, ...others].map(({ endpoint }) => endpoint)
      const client = await connectEtcd({ ...options, endpoints })
      const outcomes = []
      for (const i of upTo(50))
        outcomes.push(
          await client.read([`/t/${i}`]).then(
            () => 'read',
            () => 'failed',
          ),
        )
      assert.equal(outcomes, ['failed', ...upTo(49).map(() => 'read')])
      client.close()
    }))
}

test.run()
