// time limit: 600 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askWhoIsThere } from './ask-who.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type Pair, startTlsWorld, type TlsWorld } from './tls-world.ts'
import { rotations, underLoad } from './under-load.ts'
import { grantRights, patience } from './world.ts'

const test = suite<{ tls: TlsWorld; first: Pair; second: Pair }>('certificates in a Secret')
const own = 'k2s-dns/etcd-client'
const ownFlag = `--etcd.secret=${own}`

test.before(async (context) => {
  const tls = await startTlsWorld()
  const [first, second] = ['first', 'second'].map((name) => tls.make(name, { by: tls.ca }))
  Object.assign(context, { tls, first, second })
  await putSecret(tls, own, { ...contents(first as Pair), 'ca.crt': tls.ca.cert })
})
test.after(({ tls }) => tls?.world.stop())

const contents = ({ cert, key }: Pair) => ({ 'tls.crt': cert, 'tls.key': key })
const secrets = (namespace = '') => `/api/v1/namespaces/${namespace}/secrets`

async function putSecret({ world }: TlsWorld, place: string, texts: Record<string, string>) {
  const [namespace, name = ''] = place.split('/')
  const body = { metadata: { name }, type: 'Opaque', stringData: texts }
  await world.client.request('POST', secrets(namespace), { body, signal: patience() })
}

const patch = ({ world }: TlsWorld, texts: Record<string, string>) =>
  world.client.request('PATCH', `${secrets('k2s-dns')}/etcd-client`, {
    contentType: 'application/merge-patch+json',
    body: { stringData: texts },
    signal: patience(),
  })

const validIs = ({ world }: TlsWorld, wished: 0 | 1) =>
  eventually(async () =>
    assert.is(await world.functions.metric('k2s_dns_certificates_valid'), wished),
  )

/** With what k2s-dns may do, or with all rights. */
const flagsFor = ({ world, reach }: TlsWorld, who: 'functions' | 'admin' = 'functions') => [
  ...reach,
  `--kubeconfig=${world.stack.apiserver[`${who}Kubeconfig`]}`,
]

test('that we may not read: the start says what is missing', async ({ tls }) => {
  const { code, stderr } = await k2sDns('records', ...flagsFor(tls), ownFlag)
  assert.match(stderr, /Secret k2s-dns\/etcd-client can’t be read: .*403.*deploy\/kubernetes/)
  assert.is(code, 75)
  assert.match(
    await tls.world.functions
      .start({ args: [...tls.reach, ownFlag] })
      .then(() => 'started', String),
    /Secret k2s-dns\/etcd-client can’t be read: .*403/,
  )
  await grantRights(tls.world.client, 'optional/etcd-secret.yaml')
  assert.is((await k2sDns('records', ...flagsFor(tls), ownFlag)).code, 0)
})

test('are renewed under load: no answer fails, no change is lost, the old user can go', async ({
  tls,
  first,
  second,
}) => {
  const { world } = tls
  const etcd = tls.connect(first)
  await askWhoIsThere(etcd, ['first', 'second', 'coredns'])
  etcd.close()
  await world.functions.start({ args: [...tls.reach, ownFlag] })
  await underLoad(tls, async ({ more }) => {
    await more(40)
    assert.is(await rotations(tls), 0)
    await patch(tls, contents(second))
    await eventually(async () => assert.is(await rotations(tls), 1))
    await more(120) // the old connection is closed by then
    const asSecond = tls.connect(second)
    await asSecond.user('first').delete()
    asSecond.close()
    await more(80)
  })
})

test('that don’t fit each other are refused and shown, and a command tells them', async ({
  tls,
  second,
}) => {
  const before = await rotations(tls)
  await patch(tls, { 'tls.key': tls.make('another', { by: tls.ca }).key })
  await validIs(tls, 0)
  const show = () => k2sDns('cert', 'show', ...flagsFor(tls), ownFlag)
  const wrong = await show()
  assert.match(wrong.stdout, 'wrong: the key does not belong to the certificate')
  assert.match(wrong.stdout, `etcd.secret  Secret ${own}  CN=second`)
  assert.is(wrong.code, 1)
  await patch(tls, contents(second))
  await validIs(tls, 1)
  assert.is((await show()).code, 0)
  assert.is(await rotations(tls), before)
})

test('that are gone change nothing, and are watched for', async ({ tls, second }) => {
  const before = await rotations(tls)
  const { world } = tls
  await world.client.request('DELETE', `${secrets('k2s-dns')}/etcd-client`, { signal: patience() })
  await validIs(tls, 0)
  assert.match(JSON.stringify(world.functions.log().at(-1)), `Secret ${own} is gone`)
  assert.is((await world.functions.readiness()).status, 200)
  await putSecret(tls, own, { ...contents(second), 'ca.crt': tls.ca.cert })
  await validIs(tls, 1)
  assert.is(await rotations(tls), before)
})

test('are seen after an API server’s restart, and once the right is back', async ({ tls }) => {
  const before = await rotations(tls)
  const { client, functions, stack } = tls.world
  const binding = '/apis/rbac.authorization.k8s.io/v1/namespaces/k2s-dns/rolebindings'
  await client.request('DELETE', `${binding}/k2s-dns-etcd-secret`, { signal: patience() })
  await stack.apiserver.process.restart()
  const told = () => JSON.stringify(functions.log().filter(({ kind }) => kind === `Secret ${own}`))
  await eventually(() => assert.match(told(), /403/))
  await patch(tls, contents(tls.make('second', { by: tls.ca })))
  await grantRights(client, 'optional/etcd-secret.yaml')
  await eventually(async () => assert.is(await rotations(tls), before + 1), { withinMs: 60_000 })
})

test('lie in two Secrets, as K2s has them', async ({ tls, second }) => {
  await putSecret(tls, 'kube-system/etcd-ca', { 'tls.crt': tls.ca.cert, 'tls.key': 'x' })
  await putSecret(tls, 'kube-system/etcd-client-for-core-dns', contents(second))
  const { code, stdout } = await k2sDns(
    'cert',
    'show',
    ...flagsFor(tls, 'admin'),
    '--etcd.secret=kube-system/etcd-client-for-core-dns',
    '--etcd.caSecret=kube-system/etcd-ca',
  )
  assert.match(stdout, /etcd.caSecret +Secret kube-system\/etcd-ca +CN=etcd-ca/)
  assert.match(stdout, 'etcd takes them')
  assert.is(code, 0)
})

test.run()
