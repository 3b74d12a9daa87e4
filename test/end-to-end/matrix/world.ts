import * as assert from 'uvu/assert'
import { configMap } from '../../../functions/names/kinds/config-map.ts'
import { service } from '../../../functions/names/kinds/service.ts'
import { askDns, summaryOf } from '../../support/dns-question.ts'
import { eventually } from '../eventually.ts'
import { type Objects, objectsOf } from '../objects.ts'
import { grantRights, startWorld, type World } from '../world.ts'
import { type Addresses, addresses } from './addresses.ts'
import { type Cell, expectedOf, objectsOfCell } from './cells.ts'
import { parents } from './gateways.ts'
import type { Placed } from './kind.ts'
import { externalNameAt } from './services.ts'

/** All cells at once on the real servers. */
export interface MatrixWorld extends World {
  readonly objects: Objects
  /** Makes what several cells refer to. */
  putCommon(at: Addresses): Promise<void>
  /** Brings cells to a step. */
  bring(those: readonly Cell[], step: number, at: Addresses): Promise<void>
  /** That CoreDNS answers as a cell expects, and that what is refused is told. */
  assertCell(cell: Cell, step: number, at: Addresses): Promise<void>
  /** That there are the names of these cells and no others. */
  assertNames(those: readonly Cell[], step: number, at: Addresses): Promise<void>
}

/** Of objects that are written at once. */
const concurrency = 24
/** All cells of a step have this time together, so that what fails everywhere is told soon. */
const settleMs = 20_000
const atLeastMs = 200

export async function startMatrixWorld(kinds: readonly string[]): Promise<MatrixWorld> {
  const args = [
    ...['--targets.default', addresses.default],
    ...['--targets.controllers', 'served=controllers/front'],
  ]
  const world = await startWorld({ args, started: false })
  await grantRights(world.client, 'optional/config-maps.yaml')
  await world.functions.start({ args: ['--sources.kinds', kinds.join(',')] })
  const objects = objectsOf(world.client)
  let broughtAt = 0
  return {
    ...world,
    objects,
    putCommon: (at) => putAll(objects, common(at)),
    async bring(those, step, at) {
      await bring(objects, those, step, at)
      broughtAt = performance.now()
    },
    assertCell(cell, step, at) {
      const leftMs = broughtAt + settleMs - performance.now()
      return assertCell(world, cell, step, at, Math.max(leftMs, atLeastMs))
    },
    assertNames: (those, step, at) => assertNames(world, those, step, at),
  }
}

/** What several cells share. */
const common = (at: Addresses): readonly Placed[] => [
  {
    kind: service,
    id: 'controllers/front',
    object: { spec: { ports: [{ port: 80 }], externalIPs: [at.controller] } },
  },
  {
    kind: configMap,
    id: 'controllers/names',
    object: {
      metadata: { labels: { 'k2s-dns.io/hosts': 'true' } },
      data: { hosts: `${at.itself} ${externalNameAt(at.itself)}` },
    },
  },
  ...parents(at),
]

async function putAll(objects: Objects, all: readonly Placed[]): Promise<void> {
  const left = [...all]
  const some = async () => {
    for (let each = left.shift(); each; each = left.shift())
      await objects.put(each.kind, each.id, each.object)
  }
  await Promise.all(Array.from({ length: concurrency }, some))
}

async function bring(objects: Objects, those: readonly Cell[], step: number, at: Addresses) {
  const all = those.flatMap((cell) => objectsOfCell(cell, step, at))
  await putAll(
    objects,
    all.flatMap(({ beside }) => beside),
  )
  const there = all.flatMap(({ object, ...each }) => (object ? { ...each, object } : []))
  await putAll(objects, there)
  const gone = all.filter(({ object }) => !object)
  await Promise.all(gone.map(({ kind, id }) => objects.remove(kind, id)))
}

function assertCell(
  world: World,
  cell: Cell,
  step: number,
  at: Addresses,
  withinMs: number,
): Promise<void> {
  const { answers, extras, refused } = expectedOf(cell, step, at)
  return eventually(
    async () => {
      for (const [host, address] of answers)
        assert.equal(await world.answers(host), address ? [address] : 'ENOTFOUND', host)
      for (const { name, type, answer } of extras)
        assert.match(summaryOf(await askDns(world.stack.coredns, name, type)), answer, name)
      const told = world.functions.log().filter(({ msg }) => msg === 'name refused')
      const seen = new Set(told.map((line) => `${line['host']} ${line['reason']}`))
      assert.equal(
        refused.filter((each) => !seen.has(each)),
        [],
        'not refused visibly',
      )
    },
    { withinMs },
  )
}

async function assertNames(world: World, those: readonly Cell[], step: number, at: Addresses) {
  const wanted = those.flatMap((cell) => {
    const { answers, extras } = expectedOf(cell, step, at)
    const there = [...answers].flatMap(([host, address]) => (address ? host : []))
    return [...there, ...extras.map(({ name }) => name)]
  })
  const names = [...wanted, externalNameAt(at.itself)].sort()
  await eventually(async () => assert.equal(Object.keys(await world.names()).sort(), names))
}
