import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dnsEndpoint } from '../../functions/names/kinds/dns-endpoint.ts'
import { apiVersionOf, pathOf } from '../../runtime/kinds.ts'
import { askDns, type QuestionType, summaryOf } from '../support/dns-question.ts'
import { externalDnsCrds } from './crds/external-dns.ts'
import { installCrds } from './crds/module-crds.ts'
import { eventually } from './eventually.ts'
import { patience, startWorld, type World } from './world.ts'

/** DNSEndpoints in a real API server with their CRD, and what CoreDNS answers then. */
const test = suite<{ world: World }>('DNSEndpoints')

const names = pathOf(dnsEndpoint, apiVersionOf(dnsEndpoint), 'default', 'names')

test.before(async (context) => {
  const world = await startWorld({ started: false })
  context.world = world
  await installCrds(world.client, await externalDnsCrds())
  await eventually(() => world.client.request('GET', path.dirname(names), { signal: patience() }))
  await world.functions.start()
})
test.after(({ world }) => world?.stop())

const applied = {
  query: { fieldManager: 'test', force: 'true' },
  contentType: 'application/apply-patch+yaml',
} as const

interface Endpoints {
  readonly metadata: { readonly generation: number }
  readonly status?: { readonly observedGeneration: number }
}

async function apply({ client }: World, ...endpoints: readonly object[]): Promise<void> {
  const of = { apiVersion: apiVersionOf(dnsEndpoint), kind: dnsEndpoint.kind }
  const body = { ...of, metadata: { name: 'names' }, spec: { endpoints } }
  await client.request('PATCH', names, { ...applied, body, signal: patience() })
}

const answer = async ({ stack }: World, name: string, type: QuestionType) =>
  summaryOf(await askDns(stack.coredns, name, type))

test('answer each of their types, say that they were read, and go', async ({ world }) => {
  const shop = 'shop.cluster.local'
  const service = `_http._tcp.${shop}`
  await apply(
    world,
    { dnsName: shop, recordType: 'A', targets: ['10.0.0.1'], recordTTL: 60 },
    { dnsName: shop, recordType: 'AAAA', targets: ['fd00::1'] },
    { dnsName: shop, recordType: 'TXT', targets: ['v=spf1 -all'] },
    { dnsName: shop, recordType: 'MX', targets: [`10 ${shop}.`] },
    { dnsName: service, recordType: 'SRV', targets: [`0 50 80 ${shop}.`] },
  )
  await eventually(async () => assert.is(await answer(world, shop, 'A'), 'A 10.0.0.1'))
  assert.is(await answer(world, shop, 'AAAA'), 'AAAA fd00::1')
  assert.is(await answer(world, shop, 'TXT'), 'TXT "v=spf1 -all"')
  assert.is(await answer(world, shop, 'MX'), `MX ${shop} + A 10.0.0.1`)
  await eventually(async () =>
    assert.is(await answer(world, service, 'SRV'), `SRV 80 ${shop} + ${shop} A 10.0.0.1`),
  )
  await eventually(async () => {
    const object = await world.client.request<Endpoints>('GET', names, { signal: patience() })
    assert.is(object.status?.observedGeneration, object.metadata.generation)
  })

  await apply(world, { dnsName: shop, recordType: 'A', targets: ['10.0.0.2'] })
  await eventually(async () => assert.is(await answer(world, shop, 'A'), 'A 10.0.0.2'))
  assert.is(await answer(world, shop, 'TXT'), 'NODATA')
  await eventually(async () => assert.is(await answer(world, service, 'SRV'), 'NXDOMAIN'))
  await eventually(async () => {
    const object = await world.client.request<Endpoints>('GET', names, { signal: patience() })
    assert.is(object.metadata.generation, 2)
    assert.is(object.status?.observedGeneration, 2)
  })

  await world.client.request('DELETE', names, { signal: patience() })
  await eventually(async () => assert.is(await answer(world, shop, 'A'), 'NXDOMAIN'))
})

test('tell on the object what can’t be served', async ({ world }) => {
  await apply(world, { dnsName: 'd.cluster.local', recordType: 'CAA', targets: ['0 issue "x"'] })
  const events = '/apis/events.k8s.io/v1/namespaces/default/events'
  const told = async () => {
    const asked = { signal: patience() }
    const { items } = await world.client.request<{ items: { note: string }[] }>(
      'GET',
      events,
      asked,
    )
    const notes = items.map(({ note }) => note).join()
    assert.match(notes, /d\.cluster\.local: spec\.endpoints\[0\] \(CAA\): .*answers no CAA/)
  }
  await eventually(told, { withinMs: 30_000 }) // an Event is put for what lasts
})

test.run()
