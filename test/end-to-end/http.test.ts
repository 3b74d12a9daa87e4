// time limit: 300 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePorts } from '../../deploy/local/free-ports.ts'
import { CloudEvent, objectEvent, type ResourceVerb } from '../../runtime/events.ts'
import { type KubernetesObject, kinds } from '../../runtime/kinds.ts'
import { anIngress, usualTarget } from './an-ingress.ts'
import { k2sDns } from './command-line.ts'
import { eventually } from './eventually.ts'
import { type Proxy, startProxy } from './proxy.ts'
import { startWorld, type World } from './world.ts'

/**
 * k2s-dns sees the API server by way of a proxy that holds back what a watch says, so that what happens here
 * happens by the event that was sent, and by nothing else.
 */
const test = suite<{ world: World; proxy: Proxy }>('events by HTTP, and commands')

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
  const { functions } = world
  await world.apply(anIngress('structured', 'structured.cluster.local'))
  assert.equal(await ofHost(world, 'structured.cluster.local'), undefined)
  const { status, body } = await functions.send(event('add', await world.read('structured')))
  assert.equal(await ofHost(world, 'structured.cluster.local'), [usualTarget])
  assert.is(status, 200)
  const answer = { function: 'on-ingress-added', answer: { changed: true, refused: [] } }
  assert.equal(JSON.parse(body), { handled: [answer] })
})

test('an event in binary mode is answered once its names are in etcd', async ({ world }) => {
  const { functions } = world
  await world.apply(anIngress('binary', 'binary.cluster.local'))
  const { status } = await functions.post(
    '/',
    {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-type': 'dev.knative.apiserver.ref.add',
      'ce-source': 'https://10.96.0.1:443',
      'ce-apiversion': 'networking.k8s.io/v1',
      'ce-kind': 'Ingress',
      'ce-namespace': 'default',
      'ce-name': 'binary',
    }.with({ 'ce-type': 'dev.knative.apiserver.resource.add' }),
    '{}',
  )
  assert.equal(await ofHost(world, 'binary.cluster.local'), [usualTarget])
  assert.is(status, 200)
})

test.run()
