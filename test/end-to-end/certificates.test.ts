// time limit: 1200 s
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startDnsLoad } from '../support/dns-load.ts'
import { failureOf } from '../support/outcome.ts'
import { anIngress } from './an-ingress.ts'
import { startChanging } from './changing.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type Pair, startTlsWorld, type TlsWorld } from './tls-world.ts'

const test = suite<{ tls: TlsWorld; folder: string }>('certificates for etcd')

test.before(async (context) => {
  context.tls = await startTlsWorld()
  context.folder = context.tls.world.stack.directory
})
test.after(({ tls }) => tls?.world.stop())

/** By our own command, with the administrator's certificate or any other. */
async function issue({ ca, flags }: TlsWorld, out: string, user: string, as: readonly string[]) {
  const given = ['--user', user, '--out', out, '--ca-key', ca.keyFile, ...as]
  const ran = await k2sDns('cert', 'issue', ...flags, ...given, '--output=json')
  const read = (end: string) => readFileSync(path.join(out, `${user}.${end}`), 'utf8')
  return { ...ran, pair: ran.code === 0 ? { cert: read('crt'), key: read('key') } : undefined }
}
const rootFlags = (folder: string) => [
  `--etcd.cert=${path.join(folder, 'root.crt')}`,
  `--etcd.key=${path.join(folder, 'root.key')}`,
]

async function asRoot<T>(
  { connect }: TlsWorld,
  folder: string,
  use: (etcd: ReturnType<TlsWorld['connect']>) => Promise<T>,
) {
  const read = (end: string) => readFileSync(path.join(folder, `root.${end}`), 'utf8')
  const etcd = connect({ cert: read('crt'), key: read('key') })
  try {
    return await use(etcd)
  } finally {
    etcd.close()
  }
}

test('one is issued without a user where etcd asks nobody, and that is left so', async ({
  tls,
  folder,
}) => {
  const any = tls.make('anybody', { by: tls.ca })
  tls.renew(any)
  const { code, stdout, stderr, pair } = await issue(tls, folder, 'root', [])
  assert.is(code, 0, stderr)
  assert.is((JSON.parse(stdout) as { authentication: boolean }).authentication, false)
  const etcd = tls.connect(pair as Pair)
  assert.is((await etcd.auth.authStatus()).enabled, false)
  assert.equal((await etcd.auth.userList()).users, [])
  etcd.close()
  const again = await issue(tls, folder, 'root', [])
  assert.match(again.stderr, /EEXIST/)
  assert.is(again.code, 1)
})

test('one is issued with a user who may do what we need and no more', async ({ tls, folder }) => {
  await asRoot(tls, folder, async (etcd) => {
    await etcd.role('root').create()
    await etcd.user('root').create('root-secret')
    await etcd.user('root').addRole('root')
    await etcd.role('coredns').create()
    await etcd
      .role('coredns')
      .grant({ permission: 'Read', range: etcd.range({ prefix: '/skydns/' }) })
    await etcd.user('coredns').create('coredns-secret')
    await etcd.user('coredns').addRole('coredns')
    await etcd.auth.authEnable()
  })
  const { code, stdout, pair } = await issue(tls, folder, 'first', rootFlags(folder))
  assert.is(code, 0)
  assert.is((JSON.parse(stdout) as { authentication: boolean }).authentication, true)
  const etcd = tls.connect(pair as Pair)
  await etcd.put('/skydns/local/cluster/x').value('{}')
  await etcd.put('/k2s-dns/k2s-dns/x').value('')
  await etcd.delete().key('/skydns/local/cluster/x')
  await etcd.delete().key('/k2s-dns/k2s-dns/x')
  for (const key of ['/registry/x', '/k2s-dns/other/x', '/skydns', '/skydnt/x']) {
    assert.match(String(await failureOf(Promise.resolve(etcd.get(key)))), /permission denied/)
    assert.match(
      String(await failureOf(Promise.resolve(etcd.put(key).value('')))),
      /permission denied/,
    )
  }
  etcd.close()
  assert.match(
    (await issue(tls, folder, 'coredns', rootFlags(folder))).stderr,
    /role coredns has other rights .*choose another --user/,
  )
  tls.renew(pair as Pair)
  assert.match((await issue(tls, folder, 'other', [])).stderr, /managed by one with the role root/)
})

const stable = Array.from({ length: 50 }, (_, i) => ({
  host: `s${i}.cluster.local`,
  addresses: [`10.0.0.${i + 1}`],
}))

test('of a client are renewed under load: no answer fails, no change is lost, the old user can go', async ({
  tls,
  folder,
}) => {
  const { world, dns } = tls
  const second = await issue(tls, folder, 'second', rootFlags(folder))
  await world.functions.start({ args: tls.flags })
  await world.apply(
    ...stable.map(({ host, addresses }, i) => anIngress(`s${i}`, host, { targets: addresses })),
  )
  await eventually(async () => {
    for (const { host, addresses } of stable) assert.equal(await tls.resolve(host), addresses)
  })
  let asked = 0
  const next = () => stable[asked++ % stable.length] as (typeof stable)[number]
  const load = await startDnsLoad({ ...dns, perSecond: 200, next })
  const changing = startChanging(world, 20)
  const made = (changes: number) =>
    eventually(() => assert.ok(changing.changes >= changes), { withinMs: 60_000 })
  const rotated = () =>
    world.functions.metric('k2s_dns_events_total', 'function="on-cert-rotated",outcome="done"')
  await made(60)
  assert.is(await rotated(), 0)
  tls.renew(second.pair as Pair)
  await eventually(async () => assert.is(await rotated(), 1))
  await made(220) // the old connection is closed by then
  await asRoot(tls, folder, (etcd) => etcd.user('first').delete())
  await made(320)
  const wanted = await changing.stop()
  for (const [host, addresses] of wanted) {
    await eventually(async () =>
      assert.equal(await tls.resolve(host), addresses.length > 0 ? addresses : 'ENOTFOUND', host),
    )
  }
  const report = await load.stop()
  assert.equal(report.failures, [])
  assert.ok(report.asked > 1_000)
  for (const by of ['audit', 'watch']) {
    assert.is(await world.functions.metric('k2s_dns_mended_total', `by="${by}"`), 0, by)
  }
  const troubles = world.functions.log().filter(({ level }) => ['warn', 'error'].includes(level))
  console.log(
    JSON.stringify({ asked: report.asked, hosts: wanted.size, troubles: troubles.slice(0, 10) }),
  )
})

test.run()
