// time limit: 300 s

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePorts } from '../../deploy/local/free-ports.ts'
import { CloudEvent, objectEvent, type ResourceVerb } from '../../runtime/events.ts'
import type { KubernetesObject } from '../../runtime/kinds.ts'
import { ingressKind } from '../support/asked-alone.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type ApiProxy, startProxy } from './proxy.ts'
import { startWorld, type World } from './world.ts'

/**
 * k2s-dns sees the API server by way of a proxy that holds back what a watch says. So what happens here happens
 * by the event that was sent, and by nothing else.
 */
const test = suite<{ world: World; proxy: ApiProxy }>('events by HTTP, and commands')

test.before(async (context) => {
  const world = await startWorld({ started: false })
  context.world = world
  context.proxy = await startProxy(world.stack.apiserver.functionsKubeconfig)
  context.proxy.meddle = (url) => (url.includes('watch=1') ? 'hold' : 'pass')
  await world.functions.start({ args: [`--kubeconfig=${context.proxy.kubeconfig}`] })
})
test.after(async ({ world, proxy }) => {
  await world?.stop()
  await proxy?.close()
})

test('an event in structured mode is answered once its names are in etcd', async ({ world }) => {
  const host = 'structured.cluster.local'
  await world.apply(anIngress('structured', host))
  assert.is(await targetsOf(world, host), undefined)
  const { status, body } = await world.functions.send(event('add', await world.read('structured')))
  assert.equal(await targetsOf(world, host), [usualTarget])
  assert.is(status, 200)
  const answer = { changed: true, refused: [] }
  assert.equal(JSON.parse(body), { handled: [{ function: 'on-ingress-added', answer }] })
})

test('an event in binary mode is answered once its names are in etcd', async ({ world }) => {
  const host = 'binary.cluster.local'
  await world.apply(anIngress('binary', host))
  const { status } = await world.functions.post('/', binaryHeaders('binary'), '{}')
  assert.equal(await targetsOf(world, host), [usualTarget])
  assert.is(status, 200)
})

test('what an event says of its object counts for nothing: the object does', async ({ world }) => {
  await world.apply(anIngress('honest', 'honest.cluster.local'))
  const { metadata } = await world.read('honest')
  const forged = { metadata, spec: { rules: [{ host: 'forged.cluster.local' }] } }
  assert.is((await world.functions.send(event('update', forged))).status, 200)
  assert.equal(await targetsOf(world, 'honest.cluster.local'), [usualTarget])
  assert.is(await targetsOf(world, 'forged.cluster.local'), undefined)
})

test('an event that says its object is gone removes nothing while it is there', async ({
  world,
}) => {
  const host = 'there.cluster.local'
  await world.apply(anIngress('there', host))
  const object = await world.read('there')
  await world.functions.send(event('add', object))
  const far = { ...object, metadata: { ...object.metadata, resourceVersion: '999999999' } }
  for (const lie of [object, far]) {
    assert.is((await world.functions.send(event('delete', lie))).status, 200)
    assert.equal(await targetsOf(world, host), [usualTarget])
  }
})

test('an event of an object that never was adds nothing, and is answered for good', async ({
  world,
}) => {
  const metadata = { namespace: 'default', name: 'never', uid: 'u', resourceVersion: '999999999' }
  const spec = { rules: [{ host: 'never.cluster.local' }] }
  const status = { loadBalancer: { ingress: [{ ip: '10.6.6.6' }] } }
  const answer = await world.functions.send(event('add', { metadata, spec, status }))
  assert.is(answer.status, 200)
  assert.is(await targetsOf(world, 'never.cluster.local'), undefined)

  await world.apply(anIngress('never', 'never.cluster.local'))
  await world.functions.send(event('add', await world.read('never')))
  assert.equal(await targetsOf(world, 'never.cluster.local'), [usualTarget])
})

test('an event of an object that went is answered once its names are gone', async ({ world }) => {
  const host = 'going.cluster.local'
  await world.apply(anIngress('going', host))
  const object = await world.read('going')
  await world.functions.send(event('add', object))
  await world.remove('going')
  assert.equal(await targetsOf(world, host), [usualTarget])
  assert.is((await world.functions.send(event('delete', object))).status, 200)
  assert.is(await targetsOf(world, host), undefined)
  for (const late of ['add', 'update'] as const) {
    assert.is((await world.functions.send(event(late, object))).status, 200)
    assert.is(await targetsOf(world, host), undefined)
  }
})

test('what is refused to an object is told to whoever sent its event', async ({ world }) => {
  await world.apply(anIngress('outside', 'shop.example.org'))
  const { status, body } = await world.functions.send(event('add', await world.read('outside')))
  assert.is(status, 200)
  const { handled } = JSON.parse(body)
  assert.is(handled[0].answer.refused[0].reason, 'outside-zones')
})

test('an event that can never work gets a final no', async ({ world }) => {
  const { functions } = world
  const unknown = new CloudEvent({ type: 'com.example.unknown', source: '/test', id: '1' })
  assert.is((await functions.send(unknown)).status, 422)
  const metadata = { namespace: 'default', name: 'web', uid: 'u', resourceVersion: '1' }
  const pod = new CloudEvent({ ...event('add', { metadata }).toJSON(), kind: 'Pod', id: '2' })
  assert.is((await functions.send(pod)).status, 422)
  const nameless = new CloudEvent({ ...event('add', { metadata }).toJSON(), name: '../a', id: '3' })
  assert.is((await functions.send(nameless)).status, 422)
  assert.is((await functions.send(event('add', { metadata }), '/functions/no-such')).status, 410)
  assert.is(
    (await functions.send(event('add', { metadata }), '/functions/on-reconcile')).status,
    422,
  )
  const { 'ce-id': _, ...headers } = binaryHeaders('binary')
  assert.is((await functions.post('/', headers, '{}')).status, 400)
})

test('invoke on-reconcile tells how many objects and hosts there are', async ({ world }) => {
  const { functions, client } = world
  await world.apply(anIngress('invoked', 'invoked.cluster.local'))
  const ran = await k2sDns('invoke', 'on-reconcile', `--http.port=${functions.port}`)
  assert.is(ran.code, 0, ran.stderr)
  assert.equal(await targetsOf(world, 'invoked.cluster.local'), [usualTarget])
  const signal = AbortSignal.timeout(5_000)
  let objects = 0
  for (const where of ['/apis/networking.k8s.io/v1/ingresses', '/api/v1/services']) {
    objects += (await client.request<{ items: unknown[] }>('GET', where, { signal })).items.length
  }
  const [{ answer }] = JSON.parse(ran.stdout).handled
  assert.is(answer.objects, objects)
  assert.equal(answer.withheld, [])
})

test('cluster start resolves once a running instance has all names', async ({ world }) => {
  const { functions } = world
  await world.apply(anIngress('started', 'started.cluster.local'))
  const ran = await k2sDns('cluster', 'start', '--output=json', `--http.port=${functions.port}`)
  assert.is(ran.code, 0, ran.stderr)
  assert.equal(await targetsOf(world, 'started.cluster.local'), [usualTarget])
  const [{ answer }] = JSON.parse(ran.stdout).handled
  const { address, port } = world.stack.coredns
  assert.equal(answer.asked, [`${address}:${port}`])
  const probes = Object.keys(await world.names()).filter((host) => host.includes('probe'))
  assert.equal(probes, [])
})

test('cluster stop leaves the names as they are and nothing undone', async ({ world }) => {
  const before = await world.names()
  const { functions } = world
  const ran = await k2sDns('cluster', 'stop', '--output=json', `--http.port=${functions.port}`)
  assert.is(ran.code, 0, ran.stderr)
  const [{ answer }] = JSON.parse(ran.stdout).handled
  assert.equal(answer, { left: 0, coredns: 'goes on serving' })
  assert.equal(await world.names(), before)
})

test('an event is answered 503 while etcd is away, and takes effect once it is back', async ({
  world,
}) => {
  const { functions, stack } = world
  const host = 'patient.cluster.local'
  await world.apply(anIngress('patient', host))
  const object = await world.read('patient')
  await stack.etcd.process.stop()
  try {
    const { status, retryAfter } = await functions.send(event('add', object))
    assert.is(status, 503)
    assert.is(retryAfter, '1')
    const { status: readiness, reasons } = await functions.readiness()
    assert.is(readiness, 503)
    assert.is.not(reasons.length, 0)
  } finally {
    await stack.etcd.process.start()
  }
  // the API server, too, is busy coming back: its requests that hung until then end after 3 s each
  const patience = { withinMs: 30_000 }
  await eventually(async () => assert.equal(await targetsOf(world, host), [usualTarget]), patience)
  await eventually(async () => assert.is((await functions.readiness()).status, 200), patience)
})

test('without an instance, cluster start does the work itself', async ({ world }) => {
  const { functions } = world
  await functions.stop()
  const [port] = await freePorts(1)
  await world.apply(anIngress('alone', 'alone.cluster.local'))
  await world.remove('structured')
  const ran = await k2sDns('cluster', 'start', `--http.port=${port}`, ...functions.flags)
  assert.is(ran.code, 0, ran.stderr)
  assert.match(ran.stdout, 'no instance runs')
  assert.equal(await targetsOf(world, 'alone.cluster.local'), [usualTarget])
  assert.is(await targetsOf(world, 'structured.cluster.local'), undefined)
})

test('without an instance, cluster stop is done and the others are to be tried again', async () => {
  const [port] = await freePorts(1)
  const codeOf = async (...args: string[]) => (await k2sDns(...args, `--http.port=${port}`)).code
  assert.is(await codeOf('cluster', 'stop'), 0)
  assert.is(await codeOf('invoke', 'on-reconcile'), 75)
  assert.is(await codeOf('release'), 75)
})

test('a wrong call is told by its exit code and one line', async () => {
  for (const [code, ...args] of [
    [2, 'no-such-command'],
    [2, 'cluster', 'start', '--no-such-flag'],
    [2, 'run', '--dns.zones=Cluster.local'],
    [1, 'cluster', 'sideways'],
    [1, 'cluster', 'start', '--only=half'],
    [1, 'cluster', 'start', '--mode=some'],
    [1, 'host'],
    [1, 'lookup'],
    [1, 'invoke', 'on-ingress-added'],
  ] as const) {
    const ran = await k2sDns(...args)
    assert.is(ran.code, code, args.join(' '))
    assert.is(ran.stderr.trim().split('\n').length, 1, ran.stderr)
  }
})

function event(verb: ResourceVerb, object: KubernetesObject): CloudEvent<unknown> {
  return objectEvent(verb, ingressKind, object, { era: 0, source: '/test' })
}

/** As Knative's ApiServerSource sends them. */
const binaryHeaders = (name: string) => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': 'd4f5b7a2-8b8e-4b8e-9a55-2d2a1d9b3c11',
  'ce-type': 'dev.knative.apiserver.resource.add',
  'ce-source': 'https://10.96.0.1:443',
  'ce-apiversion': 'networking.k8s.io/v1',
  'ce-kind': 'Ingress',
  'ce-namespace': 'default',
  'ce-name': name,
})

const targetsOf = async (world: World, host: string) => (await world.names())[host]

test.run()
