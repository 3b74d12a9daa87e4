import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nameKinds } from '../../functions/names/kinds/index.ts'
import { tlsRoute } from '../../functions/names/kinds/tls-route.ts'
import { KubernetesError } from '../../runtime/clients/kubernetes.ts'
import { plainEvent, reconcileDue } from '../../runtime/events.ts'
import { failureOf } from '../support/outcome.ts'
import { externalDnsCrds } from './crds/external-dns.ts'
import { gatewayApiCrds } from './crds/gateway-api.ts'
import { installCrds } from './crds/module-crds.ts'
import { traefikCrds } from './crds/traefik.ts'
import { eventually } from './eventually.ts'
import { addresses, addressesAfter } from './matrix/addresses.ts'
import { cells, expectedOf, objectsOfCell } from './matrix/cells.ts'
import { matrixKinds } from './matrix/index.ts'
import { stepsOf } from './matrix/situations.ts'
import { type MatrixWorld, startMatrixWorld } from './matrix/world.ts'

/**
 * Every kind in every situation with its targets from every source: objects on a real API server with the
 * published CRDs, answers asked from CoreDNS. All cells are brought a step further at once, and then looked at.
 */
const test = suite<{ world: MatrixWorld }>('every kind')

const kinds = nameKinds.filter(({ versions }) => versions.length > 0).map(({ kind }) => kind)

test.before(async (context) => {
  context.world = await startMatrixWorld(kinds)
})
test.after(({ world }) => world?.stop())

/** The API server needs a moment for a new kind, and we look for one every five seconds. */
const served = { withinMs: 20_000 }

test('has a row', () => {
  const rows = new Set(matrixKinds.map(({ kind }) => kind.kind))
  assert.equal([...rows].sort(), [...kinds].sort())
})

test('is picked up when its CRD comes while we run', async ({ world }) => {
  const crds = [await gatewayApiCrds('1.6.1'), await externalDnsCrds(), await traefikCrds()].flat()
  await installCrds(world.client, crds)
  await eventually(() => world.putCommon(addresses), served)
  await eventually(() => world.bring(cells, 0, addresses), served)
  await eventually(() => world.assertNames(cells, 0, addresses), served)
})

const steps = Math.max(...cells.map(({ situation }) => stepsOf(situation).length))
for (let step = 0; step < steps; step++) {
  const those = cells.filter(({ situation }) => step < stepsOf(situation).length)
  if (step > 0) {
    test(`changes and goes: step ${step + 1}`, ({ world }) => world.bring(those, step, addresses))
  }
  for (const cell of those) {
    test(`${cell.title}: step ${step + 1}`, ({ world }) => world.assertCell(cell, step, addresses))
  }
  test(`has no other names: step ${step + 1}`, ({ world }) =>
    world.assertNames(cells, step, addresses))
}

test('of routes of TLS has hosts, as the API server sees to', async ({ world }) => {
  const [route] = matrixKinds.filter(({ kind }) => kind === tlsRoute)
  const asked = { hosts: [], source: 'default', at: addresses } as const
  assert.ok(route)
  const refused = await failureOf(world.objects.put(tlsRoute, 'default/none', route.object(asked)))
  assert.ok(refused instanceof KubernetesError && refused.status === 422, String(refused))
})

test('follows its targets, be they in the object or in what it refers to', async ({ world }) => {
  await world.putCommon(addressesAfter)
  await world.bring(cells, steps, addressesAfter)
  for (const cell of cells) await world.assertCell(cell, steps, addressesAfter)
  await world.assertNames(cells, steps, addressesAfter)
})

test('loses its names when it is switched off, and has them again when it is on', async ({
  world,
}) => {
  const on = ['Service', 'HTTPRoute', 'ConfigMap']
  await world.functions.start({ args: ['--sources.kinds', on.join(',')] })
  const those = cells.filter(({ kind }) => on.includes(kind.kind.kind))
  await world.assertNames(those, steps, addressesAfter)
  await world.functions.start({ args: ['--sources.kinds', kinds.join(',')] })
  await world.assertNames(cells, steps, addressesAfter)
})

test('keeps its names when the API server has it no more', async ({ world }) => {
  const [crd] = (await gatewayApiCrds('1.6.1')).filter(
    ({ spec }) => spec.names.kind === 'HTTPRoute',
  )
  assert.ok(crd)
  const unserved = crd.spec.versions.map((version) => ({ ...version, served: false }))
  await installCrds(world.client, [{ ...crd, spec: { ...crd.spec, versions: unserved } }])
  await eventually(() => {
    const said = world.functions
      .log()
      .filter(({ msg, kind }) => msg === 'names are kept' && kind === 'HTTPRoute')
    assert.is(said.length, 1)
  }, served)
  const routes = cells.filter(({ kind }) => kind.title === 'HTTPRoute')
  for (const cell of routes) await world.assertCell(cell, steps, addressesAfter)
  await reconcile(world)
  await world.assertNames(cells, steps, addressesAfter)

  await installCrds(world.client, [crd])
  const [gone] = routes.filter(({ situation }) => situation === 'one host')
  assert.ok(gone)
  const [object] = objectsOfCell(gone, 0, addressesAfter)
  assert.ok(object)
  await eventually(() => world.objects.remove(object.kind, object.id), served)
  for (const host of expectedOf(gone, 0, addressesAfter).answers.keys())
    await eventually(async () => assert.is(await world.answers(host), 'ENOTFOUND'), served)
})

async function reconcile({ functions }: MatrixWorld): Promise<void> {
  const { status, body } = await functions.send(
    plainEvent(reconcileDue, '/test'),
    '/functions/on-reconcile',
  )
  assert.is(status, 200, body)
}

test.run()
