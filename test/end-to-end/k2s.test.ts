import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { ingress } from '../../functions/names/kinds/ingress.ts'
import { profiles } from '../../runtime/config/profiles.ts'
import { assertDocumented, tableOf } from '../support/document.ts'
import { gatewayApiCrds } from './crds/gateway-api.ts'
import { type Crd, installCrds } from './crds/module-crds.ts'
import { traefikCrds } from './crds/traefik.ts'
import { eventually } from './eventually.ts'
import { controllers, enable, type K2sController } from './k2s/controllers.ts'
import { type K2sManifest, putAll, removeAll } from './k2s/manifests.ts'
import type { Names } from './names.ts'
import { type Objects, objectsOf } from './objects.ts'
import { startWorld, type World } from './world.ts'

/** What K2s ships, with the profile for it, asked from CoreDNS in both of its zones. Nobody fills a status. */
const test = suite<{ world: World; objects: Objects }>('K2s')

const controlPlane = '172.19.1.100'
const k2s = 'k2s.cluster.local'
const registry = 'k2s.registry.local'

/** Manifests that name no host, or none that is ours. */
const nameless = [
  'k2s/test/e2e/addons/generic/build_image/weather-win/ing-nginx.yaml',
  'k2s/test/e2e/addons/generic/build_image/weather/ing-nginx.yaml',
  'k2s/test/e2e/cluster/hostprocess/examples/option-2-hostprocess-compartment/70-zero-trust-policy.yaml',
]

function namesOf({ path: where }: K2sManifest): readonly string[] {
  if (nameless.includes(where)) return []
  return [where.startsWith('addons/registry/') ? registry : k2s]
}

test.before(async (context) => {
  const { 'dns.zones': zones = [] } = profiles.k2s
  const world = await startWorld({ zones, args: ['--profile', 'k2s'], started: false })
  context.world = world
  context.objects = objectsOf(world.client)
  const linkerd = await readFile(path.join(import.meta.dirname, 'crds', 'linkerd.yaml'), 'utf8')
  const crds = [await gatewayApiCrds('1.4.1'), await traefikCrds(), parse(linkerd) as Crd].flat()
  await installCrds(world.client, crds)
  await world.functions.start()
})
test.after(({ world }) => world?.stop())

const namesAre = (world: World, hosts: readonly string[], address = controlPlane) =>
  eventually(async () => {
    const expected: Names = Object.fromEntries(hosts.map((host) => [host, [address]]))
    assert.equal(await world.names(), expected)
    for (const host of [k2s, registry])
      assert.equal(await world.answers(host), expected[host] ?? 'ENOTFOUND', host)
  })

const marker = 'marker.cluster.local'
const markerSpec = { spec: { ingressClassName: 'nginx', rules: [{ host: marker }] } }

for (const controller of controllers) {
  const { name, manifests, service } = controller

  test(`with ${name}: nothing answers by the controller alone`, async ({ world, objects }) => {
    await eventually(() => enable(objects, controller), { withinMs: 20_000 }) // CRDs need a moment
    await objects.put(ingress, 'default/marker', markerSpec)
    await namesAre(world, [marker])
    await objects.remove(ingress, 'default/marker')
    await namesAre(world, [])
  })

  for (const manifest of manifests) {
    test(`with ${name}: ${manifest.path}`, async ({ world, objects }) => {
      await eventually(() => putAll(objects, manifest.objects), { withinMs: 20_000 })
      await objects.put(ingress, 'default/marker', markerSpec) // once it answers all has been read
      await namesAre(world, [...namesOf(manifest), marker])
      await removeAll(objects, [...manifest.objects].reverse())
      await objects.remove(ingress, 'default/marker')
      await namesAre(world, [])
    })
  }

  test(`with ${name}: the Service decides once it has an address`, async ({ world, objects }) => {
    const [manifest] = manifests
    assert.ok(manifest)
    await putAll(objects, manifest.objects)
    await namesAre(world, [k2s])
    await putAll(objects, [service('192.168.7.2')]) // a control plane elsewhere, by cfg/config.json
    await namesAre(world, [k2s], '192.168.7.2')
    await putAll(objects, [service(controlPlane)])
    await namesAre(world, [k2s])
    await removeAll(objects, manifest.objects)
    await removeAll(objects, [...controller.objects, service()])
    await namesAre(world, [])
  })
}

/** K2s's own add-ons; of variants that take each other's place one. */
const addOns = ({ manifests }: K2sController): readonly K2sManifest[] =>
  manifests.filter(({ path: where }) => where.startsWith('addons/') && !isOther.test(where))

/** With the add-on security enabled, and of the add-on rollout that by Flux. */
const isOther = /-secure\/|\/fluxcd\//

const addOnOf = ({ path: where }: K2sManifest) => where.split('/')[1] ?? ''

test('answers all names right after its add-ons are enabled, and while it changes controllers', async ({
  world,
  objects,
}) => {
  const [first] = controllers
  assert.ok(first)
  await enable(objects, first)
  for (const { objects: all } of addOns(first)) await putAll(objects, all)
  await namesAre(world, [k2s, registry])

  const asking = askWithoutEnd(world, k2s)
  let before = first
  for (const next of [...controllers.slice(1), first]) {
    await enable(objects, next)
    await putAll(objects, [next.service(controlPlane)])
    for (const addOn of new Set([before, next].flatMap(addOns).map(addOnOf))) {
      // as Update-IngressForAddon: what is for the others goes, then comes what is for this one
      const of = (controller: K2sController) =>
        addOns(controller).filter((manifest) => addOnOf(manifest) === addOn)
      for (const { objects: all } of of(before)) await removeAll(objects, all)
      for (const { objects: all } of of(next)) await putAll(objects, all)
    }
    await removeAll(objects, [...before.objects, before.service()])
    await namesAre(world, [k2s, registry])
    before = next
  }
  const { answers, count } = await asking.end()
  assert.equal([...answers], [controlPlane], 'each of its answers')
  assert.ok(count > 100, `${count} answers`)

  for (const { objects: all } of addOns(first)) await removeAll(objects, all)
  await namesAre(world, [])
})

/** Asks for a name again and again. */
function askWithoutEnd(world: World, host: string) {
  const answers = new Set<string>()
  let count = 0
  let ended = false
  const asking = (async () => {
    while (!ended) {
      answers.add([await world.answers(host)].flat().join(' '))
      count++
    }
  })()
  return {
    async end() {
      ended = true
      await asking
      return { answers, count }
    },
  }
}

test('has a page that tells the same', () => {
  const rows = controllers.flatMap(({ name, manifests }) =>
    manifests.map((manifest) => {
      const names = namesOf(manifest)
      const shown = names.map((host) => `\`${host}\``).join(', ') || 'none'
      const kinds = [...new Set(manifest.objects.map(({ kind }) => kind.kind))].join(', ')
      return [name, `\`${manifest.path}\``, kinds, shown, names.length > 0 ? controlPlane : '']
    }),
  )
  const head = ['controller', 'manifest', 'objects', 'names', 'answer']
  assertDocumented('k2s.md', 'manifests', `\n${tableOf(head, rows)}\n`)
})

test.run()
