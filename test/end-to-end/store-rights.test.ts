// time limit: 1200 s
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { connectEtcd } from '../../runtime/clients/etcd.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { createRecords } from '../../runtime/effects/records/index.ts'
import { createMetrics } from '../../runtime/metrics.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { usualTarget } from './an-ingress.ts'
import { type EtcdAdmin, etcdAdmin } from './etcd-admin.ts'
import { eventually } from './eventually.ts'
import { startStraight } from './straight.ts'
import { toldIngress } from './straight-ingress.ts'

const servers = await realServers(['etcd'])
const test = suite('an etcd that asks who is there')
const zones = ['cluster.local']
const login = { username: 'k2s-dns', password: 'k2s-secret' }
const records = '/skydns/'
const state = '/k2s-dns/k2s-dns/'
const both = { [records]: 'readwrite', [state]: 'readwrite' } as const

interface Guarded {
  readonly etcd: { readonly endpoints: readonly string[] } & typeof login
  readonly admin: EtcdAdmin
  readonly restart: () => Promise<void>
}

/** An etcd with authentication, and a user of ours. */
async function guarded(
  rights: Parameters<EtcdAdmin['addUser']>[2],
  use: (world: Guarded) => Promise<void>,
  args: (folder: string) => readonly string[] = () => [],
): Promise<void> {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  const server = await startEtcd({ ...servers, supervisor, args: args(folder.path) })
  const admin = etcdAdmin(server)
  await admin.addUser(login.username, login.password, rights)
  await admin.enableAuth()
  const etcd = { endpoints: [server.endpoint], ...login }
  await use({ etcd, admin, restart: () => server.process.restart() })
}

/** Names come, change, are shared, and go. */
async function liveThrough({ etcd }: Pick<Guarded, 'etcd'>): Promise<void> {
  const straight = await startStraight({ etcd, zones })
  try {
    const [a, b] = ['a.cluster.local', 'b.a.cluster.local']
    await straight.tell('add', toldIngress('web', [a, b]))
    await straight.tell('add', toldIngress('web', [b], { namespace: 'other' }))
    await straight.tell('update', toldIngress('web', [a], { targets: ['10.0.0.7'] }))
    assert.equal((await straight.records.audit()).hosts, 2)
    await straight.tell('delete', toldIngress('web', []))
    await straight.tell('delete', toldIngress('web', [], { namespace: 'other' }))
    assert.equal(await straight.records.audit(), { hosts: 0, mended: 0 })
    assert.is((await straight.records.remembered('Ingress')).length, 0)
    await (await straight.records.publishProbe(`probe.${zones[0]}`, usualTarget))()
    await straight.records.reconnect()
    assert.equal(straight.log.lines, [])
  } finally {
    await straight.close()
  }
}

test('everything works for a user with our two prefixes and no more', () =>
  guarded(both, liveThrough))

for (const [what, rights, lacking] of [
  [
    'without a right to the records',
    { [state]: 'readwrite' },
    `${records} (it may not read there)`,
  ],
  ['without a right to our state', { [records]: 'readwrite' }, `${state} (it may not read there)`],
  ['who only reads records', { ...both, [records]: 'read' }, `${records} (it may only read there)`],
  ['who only reads our state', { ...both, [state]: 'read' }, `${state} (it may only read there)`],
] as const) {
  test(`a user ${what} is told so, until it is granted`, () =>
    guarded(rights, async (world) => {
      const client = await connectEtcd(world.etcd)
      const store = createRecords({
        etcd: client,
        instance: 'k2s-dns',
        zones,
        clock,
        metrics: createMetrics(),
      })
      const said = await store.check().then(() => 'nothing', String)
      client.close()
      assert.match(said, `needs readwrite on the prefix ${lacking}: etcdctl role grant-permission`)
      assert.not.match(said, login.password)
      await world.admin.grant(login.username, both)
      await liveThrough(world)
    }))
}

test('a right that is taken away while we run is told, and names come when it is back', () =>
  guarded(both, async ({ etcd, admin }) => {
    const straight = await startStraight({ etcd, zones })
    try {
      await straight.tell('add', toldIngress('a', 'a.cluster.local'))
      await admin.revoke(login.username, records)
      const coming = straight.tell('add', toldIngress('b', 'b.cluster.local'))
      await eventually(() =>
        assert.match(String(straight.log.lines), /permission denied.*docs\/etcd.md/s),
      )
      assert.match(await straight.records.check().then(() => 'nothing', String), records)
      await admin.grant(login.username, both)
      await coming
      assert.is((await straight.records.audit()).hosts, 2)
    } finally {
      await straight.close()
    }
  }))

test('a token that expired, or that etcd forgot, costs no change', () =>
  guarded(
    both,
    async ({ etcd, admin, restart }) => {
      const straight = await startStraight({ etcd, zones })
      const expired = () =>
        admin
          .log()
          .split('"deleted a simple token"')
          .filter((line) => line.includes('"user-name":"k2s-dns"')).length
      try {
        await straight.tell('add', toldIngress('a', 'a.cluster.local'))
        await eventually(() => assert.ok(expired() > 0))
        await straight.tell('add', toldIngress('b', 'b.cluster.local'))
        await restart()
        await straight.tell('add', toldIngress('c', 'c.cluster.local'))
        assert.is((await straight.records.audit()).hosts, 3)
        assert.not.match(String(straight.log.lines), 'auth token')
      } finally {
        await straight.close()
      }
    },
    () => ['--auth-token-ttl=1'],
  ))

test('a token that etcd never takes ends a call in time', () =>
  guarded(
    both,
    async ({ etcd }) => {
      const client = await connectEtcd({ ...etcd, timeoutMs: 300 })
      const refusal = await client.read([`${state}a`]).then(() => 'read', String)
      assert.match(refusal, 'RetryLater')
      client.close()
    },
    jwt('1ns'),
  ))

test('a token from before the users were changed is replaced', () =>
  guarded(
    both,
    async ({ etcd, admin }) => {
      const client = await connectEtcd(etcd)
      await client.read([`${state}a`])
      await admin.addUser('somebody', 'else', {})
      await eventually(() => client.read([`${state}a`]))
      client.close()
    },
    jwt('10m'),
  ))

/** Tokens that say themselves who one is and until when, instead of being looked up. */
function jwt(ttl: string) {
  return (folder: string) => {
    const file = path.join(folder, 'token.key')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    return [`--auth-token=jwt,priv-key=${file},sign-method=RS256,ttl=${ttl}`]
  }
}

test.run()
