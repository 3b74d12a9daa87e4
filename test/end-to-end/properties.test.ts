// time limit: 1800 s
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { type Supervisor, startSupervisor } from '../../deploy/local/supervisor.ts'
import { connectEtcd } from '../../runtime/clients/etcd.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { full, seed } from '../runner/full.ts'
import { alwaysPlayed } from './properties/always-played.ts'
import { run, type Store } from './properties/run.ts'
import { linesOf, type Scenario, scenario } from './properties/steps.ts'

interface Stage {
  supervisor: Supervisor
  store: Store
}

const servers = await realServers(['etcd'])
const test = suite<Stage>('properties')
const path = process.env['K2S_DNS_TEST_PATH']
const numRuns = full ? 1_000 : 40
const stepsOfRun = 50
const counts = new Map<string, number>()
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
let number = 0

test.before(async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'k2s-dns-test-'))
  const supervisor = await startSupervisor({ directory, removeDirectory: true })
  context.supervisor = supervisor
  const args = ['--unsafe-no-fsync'] // a machine that loses power is no part of this
  const { endpoint } = await startEtcd({ ...servers, supervisor, args })
  const connect = () => connectEtcd({ endpoints: [endpoint] })
  const connections = await Promise.all([connect(), connect(), connect()])
  context.store = { own: await connect(), connections }
})
test.after(async ({ store, supervisor }) => {
  for (const each of store ? [store.own, ...store.connections] : []) each.close()
  await supervisor?.stop()
})

for (const [what, given] of Object.entries(alwaysPlayed)) {
  test(what, ({ store }) => run(given, store, { number: number++, count }))
}

test('whatever happens, names are those that objects ask for and may have', async ({ store }) => {
  await fc.assert(
    fc.asyncProperty(scenario(stepsOfRun), async (given) => {
      for (const each of given.steps) count(each.do)
      await run(given, store, { number: number++, count })
    }),
    {
      seed,
      numRuns,
      ...(path !== undefined && { path }),
      asyncReporter: report,
    },
  )
  console.log([...counts].map(([what, times]) => `${times} ${what}`).join(', '))
})

async function report(out: fc.RunDetails<[Scenario]>): Promise<void> {
  if (!out.failed) return
  const [last] = out.counterexample ?? []
  const text = [
    `run ${out.numRuns}, made smaller ${out.numShrinks} times. Again:`,
    `K2S_DNS_TEST_SEED=${out.seed} K2S_DNS_TEST_PATH=${out.counterexamplePath} npm test -- properties`,
    last ? linesOf(last) : '',
    String(out.errorInstance),
  ].join('\n')
  throw Object.assign(new Error(text), { stack: '' })
}

test.run()
