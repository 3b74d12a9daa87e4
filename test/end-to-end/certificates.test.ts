// time limit: 1200 s
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf } from '../support/outcome.ts'
import { startChanging } from './changing.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type Pair, startTlsWorld, type TlsWorld } from './tls-world.ts'
import { mended, rotations, underLoad } from './under-load.ts'
import { patience } from './world.ts'

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

test('of a client are renewed under load: no answer fails, no change is lost, the old user can go', async ({
  tls,
  folder,
}) => {
  const { world } = tls
  const second = await issue(tls, folder, 'second', rootFlags(folder))
  await world.functions.start({ args: tls.flags })
  await underLoad(tls, async ({ made }) => {
    await made(60)
    assert.is(await rotations(tls), 0)
    tls.renew(second.pair as Pair)
    await eventually(async () => assert.is(await rotations(tls), 1))
    await made(220) // the old connection is closed by then
    await asRoot(tls, folder, (etcd) => etcd.user('first').delete())
    await made(320)
  })
})

test('are shown, and an instance is told of them', async ({ tls }) => {
  const { world, flags } = tls
  const show = () => k2sDns('cert', 'show', ...flags, '--output=json')
  const shown = await show()
  const { certificates } = JSON.parse(shown.stdout) as { certificates: { subject: string }[] }
  assert.is(shown.code, 0)
  assert.equal(
    certificates.map(({ subject }) => subject),
    ['CN=etcd-ca', 'CN=second'],
  )
  const before = await rotations(tls)
  assert.is(
    (
      await k2sDns(
        'cert',
        'rotated',
        ...world.functions.flags,
        `--http.port=${world.functions.port}`,
      )
    ).code,
    0,
  )
  assert.is(await rotations(tls), before + 1)

  const key = readFileSync(tls.files.key, 'utf8')
  tls.renew({ key: tls.make('another', { by: tls.ca }).key })
  await eventually(async () =>
    assert.is(await world.functions.metric('k2s_dns_certificates_valid'), 0),
  )
  const wrong = await show()
  assert.is(wrong.code, 1)
  assert.match(wrong.stdout, /"wrong":"the key does not belong to the certificate"/)
  tls.renew({ key })
  await eventually(async () =>
    assert.is(await world.functions.metric('k2s_dns_certificates_valid'), 1),
  )
  assert.is(await rotations(tls), before + 1)
})

test('that end soon are told of by an Event on the Lease, once a day', async ({ tls }) => {
  const { world } = tls
  tls.renew(tls.make('second', { by: tls.ca, days: 10 }))
  const events = '/apis/events.k8s.io/v1/namespaces/k2s-dns/events'
  type Events = { items: { reason: string; note: string; regarding: { kind: string } }[] }
  const told = async () => {
    const { items } = await world.client.request<Events>('GET', events, { signal: patience() })
    return items.filter(({ reason }) => reason === 'CertificateEnds')
  }
  await eventually(async () => assert.is((await told()).length, 1))
  const [event] = await told()
  assert.is(event?.regarding.kind, 'Lease')
  assert.match(event?.note ?? '', /^the certificate of CN=second in .* ends in 9 days, at/)
  await world.functions.start({ args: tls.flags })
  const label = `file="${tls.files.cert}"`
  const metric = 'k2s_dns_certificate_expiry_timestamp_seconds'
  const ends = async () => Number(await world.functions.metric(metric, label)) * 1_000
  await eventually(async () =>
    assert.ok(Math.abs((await ends()) - Date.now() - 10 * 86_400_000) < 600_000),
  )
  await eventually(() =>
    assert.match(JSON.stringify(world.functions.log().slice(-50)), 'ends in 9 days'),
  )
  assert.is((await told()).length, 1)
})

test('of a new CA are taken over step by step, and those of the old one are refused in the end', async ({
  tls,
}) => {
  const { world, ca, make } = tls
  const newCa = make('etcd-ca', { isCa: true }) // of the same name, as kubeadm has it
  const [old, renewed] = [make('second', { by: ca }), make('second', { by: newCa })]
  const [before, mendedBefore] = [await rotations(tls), await mended(tls)]
  const rotatedSo = (times: number) =>
    eventually(async () => assert.is(await rotations(tls), before + times))
  const changing = startChanging(world, 20)
  await changing.made(20)
  tls.renew({ ca: ca.cert + newCa.cert })
  await rotatedSo(1)
  await tls.roll(ca.cert + newCa.cert)
  tls.renew(renewed)
  await rotatedSo(2)
  await changing.made(150)
  tls.certify(newCa)
  await tls.roll(newCa.cert)
  await changing.made(220)
  tls.renew({ ca: newCa.cert })
  await rotatedSo(3)
  await changing.made(260)
  const wanted = await changing.stop()

  const client = tls.connect(renewed, newCa.cert)
  for (const [host, addresses] of wanted) {
    const prefix = `/skydns/${host.split('.').reverse().join('/')}/`
    await eventually(async () => {
      const values = Object.values(await client.getAll().prefix(prefix).json())
      const hosts = values.flatMap((value) => (value as { host?: string }).host ?? [])
      assert.equal(hosts, addresses, host)
    })
  }
  client.close()
  assert.equal(await mended(tls), mendedBefore)
  const refused = tls.connect(old, newCa.cert)
  assert.match(
    String(await failureOf(Promise.resolve(refused.get('/skydns/x')))),
    /certificate|UNAVAILABLE/i,
  )
  refused.close()
})

test.run()
