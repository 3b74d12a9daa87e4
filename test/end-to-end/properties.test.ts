// time limit: 1800 s
import fc from 'fast-check'
import { suite } from 'uvu'
import { startEtcd } from '../../deploy/local/etcd.ts'
import { startSupervisor } from '../../deploy/local/supervisor.ts'
import { connectEtcd } from '../../runtime/clients/etcd.ts'
import { temporaryFolder } from '../deploy/local/fixtures/processes.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { full, seed } from '../runner/full.ts'
import { run } from './properties/run.ts'
import { linesOf, type Scenario, scenario } from './properties/steps.ts'

const servers = await realServers(['etcd'])
const test = suite('properties')
const path = process.env['K2S_DNS_TEST_PATH']
const numRuns = full ? 1_000 : 40
const stepsOfRun = 50

test('whatever happens, names are those that objects ask for and may have', async () => {
  using folder = temporaryFolder()
  await using supervisor = await startSupervisor({ directory: folder.path })
  // a machine that loses power is no part of this: without fsync a run takes a third of the time
  const { endpoint } = await startEtcd({ ...servers, supervisor, args: ['--unsafe-no-fsync'] })
  const [own, ...connections] = await Promise.all(
    [0, 1, 2, 3].map(() => connectEtcd({ endpoints: [endpoint] })),
  )
  if (!own) throw new Error('four were asked for')
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  let number = 0
  await fc.assert(
    fc.asyncProperty(scenario(stepsOfRun), async (given) => {
      for (const each of given.steps) count(each.do)
      await run(given, { connections, own }, { number: number++, count })
    }),
    {
      seed,
      numRuns,
      ...(path !== undefined && { path }),
      asyncReporter: report,
    },
  )
  for (const each of [own, ...connections]) each.close()
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
