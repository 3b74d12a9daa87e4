import { ensureServers } from '../deploy/local/build.ts'
import { startEtcd } from '../deploy/local/etcd.ts'
import { terminalProgress } from '../deploy/local/progress.ts'
import { connectEtcd } from '../runtime/clients/etcd.ts'
import { afterChange } from './caches/after-change.ts'
import type { Heard } from './caches/asking.ts'
import { earlyName } from './caches/early-names.ts'
import { type Away, etcdAway } from './caches/etcd-away.ts'
import { restartGap } from './caches/restart-gap.ts'
import { startVariants } from './caches/variants.ts'
import type { BenchWorld } from './world.ts'

const restarts = 3

/** What each way to set CoreDNS's cache up costs: prints a table for each question. docs/caches.md tells what follows. */
export async function benchCaches({ stack: { supervisor } }: BenchWorld): Promise<void> {
  const { signal } = new AbortController()
  const progress = terminalProgress(process.stderr)
  const servers = await ensureServers({ env: process.env, progress, signal })
  const etcd = await startEtcd({ ...servers, supervisor, name: 'caches-etcd' })
  const client = await connectEtcd({ endpoints: [etcd.endpoint] })
  const variants = await startVariants({ ...servers, supervisor, etcd })
  const table = (title: string, rows: readonly object[]) => {
    console.log(`\n${title}`)
    console.table(Object.fromEntries(variants.map(({ name }, i) => [name, rows[i]])))
  }
  try {
    const labelled = <T>(
      measure: (variant: (typeof variants)[number], label: string) => Promise<T>,
    ) => Promise.all(variants.map((variant, i) => measure(variant, String(i))))
    const early = await labelled((variant, label) => earlyName(variant, client, label))
    table(
      'A name that was asked for too early, from its commit until it answers',
      early.map((ms) => ({ longest: seconds(ms) })),
    )
    const changes = await labelled((variant, label) => afterChange(variant, client, label))
    table(
      'A name that went is still heard for; the first answer for one that changed and one that went when the TTL is over',
      changes.map(({ heardForMs, ...first }) => ({ 'heard for': seconds(heardForMs), ...first })),
    )
    for (const how of ['frozen', 'killed'] as const) {
      table(`etcd ${how}`, (await etcdAway(variants, { etcd, client, how })).map(told))
    }
    const rounds: Awaited<ReturnType<typeof restartGap>>[] = []
    for (let i = 0; i < restarts; i++)
      rounds.push(await restartGap(variants, { etcd, client, label: String(i) }))
    table(
      `The only etcd started again (${rounds.map(({ etcdMs }) => seconds(etcdMs)).join(', ')}): wrong answers, 100 asked a second`,
      variants.map((_, i) => {
        const gaps = rounds.flatMap(({ gaps }) => gaps[i] ?? [])
        return {
          failed: gaps.map(({ failed }) => failed).join(', '),
          within: gaps.map(({ ms }) => seconds(ms)).join(', '),
        }
      }),
    )
  } finally {
    client.close()
  }
}

const seconds = (ms: number) => (ms < 100 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`)
const say = ({ what, ms }: Heard) => `${what} ${seconds(ms)}`

const told = ({ fresh, expired, again, unknown, back }: Away) => ({
  'in the cache': say(fresh),
  'TTL over': say(expired),
  'once more': say(again),
  unknown: say(unknown),
  'back: new value after': seconds(back.ms),
})
