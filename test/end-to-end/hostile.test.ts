// time limit: 600 s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyManifest } from '../../runtime/manifests.ts'
import { full } from '../runner/full.ts'
import { askDns, type QuestionType, summaryOf } from '../support/dns-question.ts'
import { assertDocumented, tableOf } from '../support/document.ts'
import { anIngress } from './an-ingress.ts'
import { eventually } from './eventually.ts'
import type { Attempt } from './hostile/attempt.ts'
import { clusterNames } from './hostile/cluster-names.ts'
import { events } from './hostile/events.ts'
import { mallory, namespaces } from './hostile/mallory.ts'
import { spellings } from './hostile/spellings.ts'
import { taking } from './hostile/taking.ts'
import { targets } from './hostile/targets.ts'
import { volume } from './hostile/volume.ts'
import { type Straight, startStraight } from './straight.ts'
import { patience, startWorld, type World } from './world.ts'

/** What a hostile tenant tries on the real servers, and what is answered afterwards. */
const test = suite<{ world: World; straight: Straight; startedAt: number }>('hostile ingresses')

const zones = ['cluster.local', 'apps.example']
const memoryBytes = 400 * 1024 * 1024

const victims = [
  anIngress('web', ['till.cluster.local', 'api.till.cluster.local'], { namespace: 'shop' }),
  anIngress('alias', 'www.cluster.local', { namespace: 'shop', targets: ['till.cluster.local'] }),
  anIngress('web', 'bank.apps.example', { namespace: 'bank', targets: ['10.0.0.5', 'fd00::5'] }),
  anIngress('web', 'a.tillers.cluster.local', { namespace: 'team', targets: ['10.0.0.7'] }),
  anIngress('book', 'book.cluster.local', { namespace: 'team', targets: ['10.0.0.9'] }),
]

/** Of the victims' names, and of the zones themselves. */
const untouched: Readonly<Record<string, string>> = {
  'till.cluster.local': 'A 172.19.1.100',
  'api.till.cluster.local': 'A 172.19.1.100',
  'www.cluster.local': 'CNAME till.cluster.local, till.cluster.local A 172.19.1.100',
  'bank.apps.example': 'A 10.0.0.5',
  'AAAA bank.apps.example': 'AAAA fd00::5',
  'a.tillers.cluster.local': 'A 10.0.0.7',
  'book.cluster.local': 'A 10.0.0.9',
  'cluster.local': 'NODATA',
  'apps.example': 'NODATA',
}

test.before(async (context) => {
  const args = ['--reconcile.schedule=0 0 1 1 *'] // what comes past the API server is not in its list
  context.world = await startWorld({ zones, args })
  const { stack } = context.world
  context.straight = await startStraight({ etcd: stack.etcd.endpoint, zones })
  context.startedAt = await context.world.functions.metric('process_start_time_seconds')
  await context.world.apply(...victims)
  for (const name of namespaces) {
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await applyManifest(context.world.client, manifest, patience())
  }
  await context.world.settled()
})
test.after(async ({ world, straight }) => {
  await straight?.close()
  await world?.stop()
})

const chapters: Readonly<Record<string, readonly Attempt[]>> = {
  'names of the cluster and beyond': clusterNames,
  spellings,
  'names of others': taking,
  'targets and annotations': targets,
  'forged events': events,
  volume,
}

const rows: Record<string, string[][]> = {}
for (const [chapter, attempts] of Object.entries(chapters)) {
  for (const attempt of attempts) {
    test(`${chapter}: ${attempt.tries}`, async ({ world, straight }) => {
      const actor = mallory(world, straight)
      try {
        await attempt.does(actor)
        const told = await answersOf(world, Object.keys(attempt.answers))
        assert.equal(told, attempt.answers)
        assert.equal(actor.shown(), attempt.shown ?? [])
        assert.equal(await answersOf(world, Object.keys(untouched)), untouched)
        assert.equal(await strays(world), [])
        rows[chapter] = [...(rows[chapter] ?? []), rowOf(attempt, actor.did)]
      } finally {
        await actor.gone()
        await world.remove('shop/fleeting')
        await world.settled()
      }
    })
  }
}

test('afterwards nothing of it is left, and the process is the one that it was', async ({
  world,
  startedAt,
}) => {
  assert.equal(await answersOf(world, Object.keys(untouched)), untouched)
  assert.equal(Object.keys(await world.names()).sort(), [
    'a.tillers.cluster.local',
    'api.till.cluster.local',
    'bank.apps.example',
    'book.cluster.local',
    'till.cluster.local',
    'www.cluster.local',
  ])
  assert.is(await world.functions.metric('process_start_time_seconds'), startedAt)
  assert.ok((await world.functions.metric('process_resident_memory_bytes')) < memoryBytes)
  await eventually(async () => assert.equal((await world.functions.readiness()).reasons, []))
})

test('the page on hostile ingresses tells the same', () => {
  const count = Object.values(chapters).flat().length
  assert.ok(count >= 60)
  if (full) return // other numbers of hosts and objects
  const head = ['what is tried', 'how', 'answered afterwards', 'shown']
  const text = Object.entries(rows)
    .map(([chapter, lines]) => `## ${capital(chapter)}\n\n${tableOf(head, lines)}`)
    .join('\n')
  assertDocumented('hostile.md', 'attempts', `\n${text}\n`)
})

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

async function answersOf({ stack }: World, questions: readonly string[]) {
  const told: Record<string, string> = {}
  for (const question of questions) {
    const [name = '', type = 'A'] = question.split(' ').reverse()
    told[question] = summaryOf(await askDns(stack.coredns, name, type as QuestionType)) // of our tables
  }
  return told
}

/** Keys that are neither the API server's nor where ours may be. */
const strays = async ({ etcd }: World) =>
  Object.keys(await etcd.all()).filter((key) => !places.some((place) => place.test(key)))

const places = [
  /^\/registry\/|^compact_rev_key$/,
  /^\/k2s-dns\/k2s-dns\/(schema|cluster|epoch|watched)$/,
  /^\/k2s-dns\/k2s-dns\/hosts\/(local\/cluster|example\/apps)(\/[a-z0-9-]{1,63})+$/,
  /^\/k2s-dns\/k2s-dns\/owners\/(ingress|service)\/[a-z0-9-]+\/[a-z0-9-]+$/,
  /^\/skydns\/(local\/cluster|example\/apps)(\/[a-z0-9-]{1,63})*\/!?[0-9a-f]{8}$/,
]

function rowOf({ tries, answers, shown = [] }: Attempt, did: readonly string[]): string[] {
  const told = Object.entries(answers).map(
    ([name, answer]) => `\`${short(name)}\` ${short(answer)}`,
  )
  const how = did.length > 2 ? `${did[0]}, and ${did.length - 1} more` : did.join('; ')
  return [tries, how, told.join('; '), shown.join(', ')]
}

const short = (text: string) => (text.length > 100 ? `${text.slice(0, 40)}…` : text)

test.run()
