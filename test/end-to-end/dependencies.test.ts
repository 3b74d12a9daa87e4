import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ingress } from '../../functions/names/kinds/ingress.ts'
import { service } from '../../functions/names/kinds/service.ts'
import { objectEvent } from '../../runtime/events.ts'
import { eventually } from './eventually.ts'
import { runningFunctions } from './functions.ts'
import { type Objects, objectsOf } from './objects.ts'
import { startWorld, type World } from './world.ts'

const test = suite<{ world: World; objects: Objects }>('what decides with an object is watched')

const args = ['--targets.controllers', 'front=ops/front']

test.before(async (context) => {
  context.world = await startWorld({ args })
  context.objects = objectsOf(context.world.client)
})
test.after(({ world }) => world.stop())

const anIngress = (host: string, ingressClassName = 'front') => ({
  spec: {
    ingressClassName,
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    rules: [{ host }],
  },
})
const front = (...externalIPs: readonly string[]) => ({
  spec: { ports: [{ port: 80 }], ...(externalIPs.length > 0 && { externalIPs }) },
})

test('an address that the controller gets later is answered at once', async ({
  world,
  objects,
}) => {
  await objects.put(ingress, 'shop/first', anIngress('first.cluster.local'))
  await world.settled()
  assert.equal(await world.names(), {})
  await objects.put(service, 'ops/front', front('10.0.0.1'))
  await answers(world, 'first.cluster.local', ['10.0.0.1'])
  await objects.put(service, 'ops/front', front('10.0.0.2', '10.0.0.3'))
  await answers(world, 'first.cluster.local', ['10.0.0.2', '10.0.0.3'])
})

test('so are all who refer to it, and nobody else is asked', async ({ world, objects }) => {
  const hosts = Array.from({ length: 40 }, (_, at) => `h${at}.cluster.local`)
  for (const host of hosts) await objects.put(ingress, `many/${host}`, anIngress(host))
  const others = Array.from({ length: 5 }, (_, at) => `other${at}.cluster.local`)
  for (const host of others) await objects.put(ingress, `many/${host}`, anIngress(host, 'other'))
  await world.settled()
  const before = await handled(world)
  await objects.put(service, 'ops/front', front('10.0.0.4'))
  const all = ['first.cluster.local', ...hosts]
  await eventually(async () =>
    assert.equal(await world.names(), Object.fromEntries(all.map((host) => [host, ['10.0.0.4']]))),
  )
  assert.is((await handled(world)) - before, all.length + 1) // the Service itself is the one
})

test('a change of the Service in what is not read of it asks nobody', async ({
  world,
  objects,
}) => {
  const before = await handled(world)
  const { spec } = front('10.0.0.4')
  await objects.put(service, 'ops/front', { spec: { ...spec, sessionAffinity: 'ClientIP' } })
  await objects.put(service, 'ops/other', front('10.0.0.9'))
  await objects.put(ingress, 'shop/marker', anIngress('marker.cluster.local'))
  await answers(world, 'marker.cluster.local', ['10.0.0.4'])
  assert.is((await handled(world)) - before, 3) // the three that were put
})

test('what changed while nobody watched is found at the start', async ({ world, objects }) => {
  await world.functions.kill()
  await objects.put(service, 'ops/front', front('10.0.0.5'))
  await world.functions.start()
  await answers(world, 'first.cluster.local', ['10.0.0.5'])
})

test('without the Service nothing names a target, and with it again it does', async ({
  world,
  objects,
}) => {
  await objects.remove(service, 'ops/front')
  await eventually(async () => assert.equal(await world.names(), {}))
  await objects.put(service, 'ops/front', front('10.0.0.6'))
  await answers(world, 'first.cluster.local', ['10.0.0.6'])
})

test('a standby, which mirrors nothing, asks the API server', async ({ world, objects }) => {
  const standby = runningFunctions(world.stack, { name: 'standby', zones: ['cluster.local'], args })
  await standby.start()
  assert.is((await standby.readiness()).role, 'standby')
  await objects.put(ingress, 'shop/hinted', anIngress('hinted.cluster.local'))
  const metadata = { namespace: 'shop', name: 'hinted', uid: 'u', resourceVersion: '1' }
  const hint = objectEvent('update', ingress, { metadata }, { era: 0, source: '/test' })
  const { status, body } = await standby.send(hint)
  assert.is(status, 200, body)
  assert.equal(JSON.parse(body).handled[0].answer.refused, [])
  assert.equal(await world.answers('hinted.cluster.local'), ['10.0.0.6'])
  await standby.stop()
})

const answers = (world: World, host: string, targets: readonly string[]) =>
  eventually(async () => assert.equal(await world.answers(host), targets))

/** Events of ingresses that were handled. */
const handled = ({ functions }: World) =>
  functions.metric('k2s_dns_events_total', 'function="on-ingress-added",outcome="done"')

test.run()
