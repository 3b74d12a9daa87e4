// time limit: 300 s
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clusterStarted, plainEvent } from '../../runtime/events.ts'
import type { CoreDnsOutcome } from '../../runtime/function.ts'
import { pki } from '../support/pki.ts'
import { k2sDns } from './command-line.ts'
import { type CoreDnsObjects, corednsObjects, paths } from './coredns-objects.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

/** What a cluster start does to CoreDNS's objects; with pods, and names that answer: coredns-cluster.test.ts. */
const test = suite<{ world: World; objects: CoreDnsObjects; ended: AbortController }>(
  'CoreDNS’s objects',
)
const fixture = (name: string) =>
  readFileSync(
    path.join(import.meta.dirname, `../functions/corefile/fixtures/${name}.Corefile`),
    'utf8',
  )
const kubeadm = fixture('kubeadm-1.36')

test.before(async (context) => {
  context.world = await startWorld({ started: false })
  context.objects = corednsObjects(context.world.client)
  context.ended = new AbortController()
  void context.objects.rollAtOnce(context.ended.signal)
})
test.after(async ({ world, ended }) => {
  ended.abort()
  await world.stop()
})
test.after.each(async ({ world, objects }) => {
  await world.functions.stop()
  await uninstall(world, '--yes', '--coredns=forget')
  await objects.clear()
})

const endpoint = '--coredns.endpoints=http://172.19.1.100:2379'

const uninstall = ({ functions: { flags } }: World, ...more: string[]) =>
  k2sDns('uninstall', ...flags, '--output=json', ...more)

async function start(world: World, ...args: string[]) {
  await world.functions.start({ args: [endpoint, '--coredns.deadlineMs=20000', ...args] })
  return tell(world)
}

async function tell({ functions }: World) {
  const event = plainEvent(clusterStarted, '/test')
  const headers = { 'content-type': 'application/cloudevents+json', prefer: 'wait=60' }
  const { status, body } = await functions.post('/', headers, JSON.stringify(event))
  type Answer = { handled: { answer: CoreDnsOutcome }[] }
  const handled = status === 200 ? (JSON.parse(body) as Answer).handled : []
  return { status, body, outcome: handled[0]?.answer }
}

test('are written once, and put back to the last byte', async ({ world, objects }) => {
  await objects.create(kubeadm)
  const before = await objects.read()
  const first = await start(world)
  assert.is(first.outcome?.coredns, 'serves', first.body)
  const between = await objects.read()
  assert.match(between.corefile ?? '', 'etcd cluster.local {')
  assert.equal(between.deployment.spec.strategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  })
  assert.equal((await tell(world)).outcome?.changed, [])
  assert.equal(await objects.read(), between)
  await world.functions.stop()
  const shown = await uninstall(world)
  assert.match(shown.stdout, 'lines of ours go')
  assert.equal(await objects.read(), between)
  const { code, stderr } = await uninstall(world, '--yes')
  assert.is(code, 0, stderr)
  assert.equal(await objects.read(), before)
})

test('with certificates: a Secret of ours is mounted before the Corefile names its files, and goes last', async ({
  world,
  objects,
}) => {
  await objects.create(kubeadm)
  const before = await objects.read()
  const make = pki(world.stack.directory)
  const ca = make('etcd-ca', { isCa: true })
  const { certFile, keyFile } = make('coredns', { by: ca })
  const files = [ca.certFile, certFile, keyFile]
  const [caFlag = '', ...pair] = ['ca', 'cert', 'key'].map(
    (each, i) => `--coredns.${each}=${files[i]}`,
  )
  const tls = ['--coredns.endpoints=https://172.19.1.100:2379', caFlag]
  const ofCa = [`--coredns.cert=${ca.certFile}`, `--coredns.key=${ca.keyFile}`]
  const refused = await start(world, ...tls, ...ofCa)
  assert.equal([refused.status, await objects.read()], [422, before])
  assert.match(refused.body, /is a CA, whose key no pod is to have/)

  const { body, outcome } = await start(world, ...tls, ...pair)
  assert.is(outcome?.coredns, 'serves', body)
  assert.not.match(body + JSON.stringify(world.functions.log()), /PRIVATE KEY|LS0tLS1CRUdJTiB/)
  const { corefile, deployment, secrets } = await objects.read()
  const folder = '/etc/k2s-dns/etcd'
  assert.match(corefile ?? '', `tls ${folder}/tls.crt ${folder}/tls.key ${folder}/ca.crt`)
  const { volumes } = deployment.spec.template.spec
  assert.equal(
    volumes.map(({ name }) => name),
    ['config-volume', 'k2s-dns-etcd-client'],
  )
  assert.equal(secrets, {
    'k2s-dns-etcd-client': {
      'tls.crt': readFileSync(certFile, 'utf8'),
      'tls.key': readFileSync(keyFile, 'utf8'),
      'ca.crt': readFileSync(ca.certFile, 'utf8'),
    },
  })
  await world.functions.stop()
  assert.is((await uninstall(world, '--yes')).code, 0)
  assert.equal(await objects.read(), before)
})

test('K2s’s own configuration is left alone, but for the key of the CA in its Secret', async ({
  world,
  objects,
}) => {
  const k2s = fixture('k2s-2.0')
  await objects.create(k2s)
  const ca = pki(world.stack.directory)('etcd-ca', { isCa: true })
  const asK2sDoes = () => objects.secret('etcd-ca', { 'tls.crt': ca.cert, 'tls.key': ca.key })
  await asK2sDoes()
  const before = await objects.read()
  const { outcome, body } = await start(world)
  assert.is(outcome?.coredns, 'serves', body)
  assert.equal(
    outcome?.changed.map(({ object }) => object),
    ['Secret etcd-ca'],
  )
  const withoutKey = { ...before, secrets: { 'etcd-ca': { 'tls.crt': ca.cert, 'tls.key': '' } } }
  assert.equal(await objects.read(), withoutKey)
  await objects.remove(paths.secret('etcd-ca')) // as its update does
  await asK2sDoes()
  await eventually(async () => assert.equal(await objects.read(), withoutKey))
})

test('are mended when somebody else wipes the Corefile or makes the Deployment anew', async ({
  world,
  objects,
}) => {
  await objects.create(kubeadm)
  await start(world)
  const configured = await objects.read()
  const asBefore = async () => {
    const { corefile, deployment } = await objects.read()
    assert.equal(
      [corefile, deployment.spec.strategy],
      [configured.corefile, configured.deployment.spec.strategy],
    )
    assert.ok(deployment.spec.template.metadata.annotations?.['dns.k2s.io/configured-with'])
  }
  await objects.patch(paths.configMap, { data: { Corefile: kubeadm } })
  await eventually(asBefore)
  const rolledFor = async () =>
    (await objects.read()).deployment.spec.template.metadata.annotations?.[
      'dns.k2s.io/configured-with'
    ]
  const rolled = await rolledFor()
  const hosts = `${configured.corefile}# somebody else’s line, which is nothing to us\n`
  await objects.patch(paths.configMap, { data: { Corefile: hosts } })
  await objects.clear()
  await objects.create(kubeadm)
  await eventually(asBefore)
  assert.is.not(await rolledFor(), rolled)
})

test('of what does not come good nothing is left, and the one before is kept', async ({
  world,
  objects,
}) => {
  await objects.create(kubeadm)
  const before = await objects.read()
  const nobody = '--dns.servers=127.0.0.1:9'
  const failed = await start(world, nobody, '--coredns.deadlineMs=1000')
  assert.is(failed.status, 422)
  assert.match(failed.body, /CoreDNS is as it was before, since it did not serve/)
  assert.equal(await objects.read(), before)
  assert.is((await start(world)).outcome?.coredns, 'serves')
  const proven = await objects.read()
  const other = await start(
    world,
    nobody,
    '--coredns.deadlineMs=1000',
    '--coredns.endpoints=http://10.9.9.9:2379',
  )
  assert.is(other.status, 422)
  const { corefile } = await objects.read()
  assert.is(corefile, proven.corefile)
})

test('are shown as patches in the mode advise, and left alone', async ({ world, objects }) => {
  await objects.create(kubeadm)
  const before = await objects.read()
  const { outcome } = await start(world, '--coredns.mode=advise')
  assert.is(outcome?.coredns, 'to be configured')
  assert.equal(await objects.read(), before)
  for (const { object, patch } of outcome?.advice ?? []) {
    const path = object.startsWith('configmap/') ? paths.configMap : paths.deployment
    if (patch && path === paths.configMap) await objects.patch(path, patch)
  }
  assert.match((await objects.read()).corefile ?? '', 'etcd cluster.local {')
  assert.is((await tell(world)).outcome?.coredns, 'not configured by us')
})

for (const [what, prepare, args, told] of [
  ['a paused Deployment', { paused: true }, [], /is paused: resume it/],
  ['no replicas', { replicas: 0 }, [], /has no replicas/],
  [
    'a Deployment of another name',
    {},
    ['--coredns.deployment=other'],
    /Grant the rights|no Deployment other/,
  ],
  [
    'a loopback endpoint',
    {},
    ['--coredns.endpoints=http://127.0.0.1:2379'],
    /set coredns.endpoints/,
  ],
  [
    'an etcd with https and no certificate',
    {},
    ['--coredns.endpoints=https://10.0.0.5:2379'],
    /client certificate/,
  ],
] as const) {
  test(`${what} is a reason to leave all as it is`, async ({ world, objects }) => {
    await objects.create(kubeadm, prepare)
    const before = await objects.read()
    const { status, body } = await start(world, ...args)
    assert.is(status, 422)
    assert.match(body, told)
    assert.equal(await objects.read(), before)
  })
}

test('are none: there is nothing to configure', async ({ world }) => {
  const { outcome, body } = await start(world)
  assert.is(outcome?.coredns, 'not configured by us', body)
  assert.match(outcome?.notes.join() ?? '', /has no ConfigMap coredns/)
})

test.run()
