/**
 * `npm run bench [-- latency | healing | take-over | first-sync | routes | binary | caches …]`: the figures that we promise, each beside its reference,
 * measured in one run on the real servers. The machine counts, so ratios come first; what is promised and missed is marked, and exits 1.
 */
import { benchBinary } from './binary.ts'
import { benchCaches } from './caches.ts'
import { benchFirstSync, createNames } from './first-sync.ts'
import { benchHealing } from './healing.ts'
import { benchLatency } from './latency.ts'
import { benchRoutes } from './routes.ts'
import { benchTakeOver } from './takeover.ts'
import { startBenchWorld } from './world.ts'

const zones: [string, string] = ['floor.test', 'ours.test']
const names = 10_000
const parts = process.argv.slice(2)
const wants = (part: string) => parts.length === 0 || parts.includes(part)
const failed: string[] = []

function promise(kept: boolean, line: string): void {
  console.log(`${kept ? '✓' : '✗'} ${line}`)
  if (!kept) failed.push(line)
}

const ms = (value: number) => `${value.toFixed(1)} ms`

await using world = await startBenchWorld(zones)
if (wants('latency')) await latency()
if (wants('healing')) await healing()
if (wants('take-over')) await takeOver(0)
if (wants('first-sync') || wants('take-over')) await createNames(world, zones[1], names)
if (wants('first-sync')) await firstSync()
if (wants('take-over')) await takeOver(names)
if (wants('routes')) await routes()
if (wants('binary')) await binary()
if (parts.includes('caches')) await benchCaches(world) // promises nothing
process.exitCode = failed.length > 0 ? 1 : 0

async function latency(): Promise<void> {
  const { floor, ours } = await benchLatency(world, zones, 250)
  console.log(`\nA change until CoreDNS tells, n = ${ours.n} each, k2s-dns : floor program`)
  for (const what of ['add', 'delete'] as const) {
    for (const [p, limit] of [
      ['p50', 1.5],
      ['p99', 2.5],
    ] as const) {
      const ratio = ours[what][p] / floor[what][p]
      const figures = `${ms(ours[what][p])} : ${ms(floor[what][p])}`
      promise(
        ratio <= limit,
        `${what.padEnd(6)} ${p} × ${ratio.toFixed(2)} (${figures}), promised ≤ × ${limit}`,
      )
    }
  }
}

async function healing(): Promise<void> {
  const { n, ours, floor } = await benchHealing(world, { zone: zones[1], names: 200 })
  console.log(`\nA record deleted or changed in etcd until it is right again, n = ${n}`)
  const figures = ({ p50, p99, max }: typeof ours) =>
    `p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}`
  promise(ours.max < 50, `k2s-dns  ${figures(ours)}, promised < 50 ms`)
  console.log(`  two writes and two watches of etcd: ${figures(floor)}`)
}

async function firstSync(): Promise<void> {
  const sync = await benchFirstSync(world, zones[1], names)
  console.log(`\nFirst sync of ${sync.names} ingresses, from the start of the process`)
  const all = sync.runs.map((seconds) => seconds.toFixed(2)).join(', ')
  promise(
    sync.seconds <= 2.5,
    `${sync.seconds.toFixed(2)} s, the median of ${all}, promised ≤ 2.5 s`,
  )
  console.log(`  ${sync.cpuSeconds.toFixed(2)} s of CPU`)
  promise(sync.peakRssMiB < 250, `${sync.peakRssMiB.toFixed(0)} MiB peak RSS, promised < 250 MiB`)
  promise(sync.wrong === 0, `${sync.wrong} names missing or wrong`)
}

async function routes(): Promise<void> {
  const { seconds, wrong, changeCpuMs } = await benchRoutes(world, zones[1], names)
  console.log(`\n${names} HTTPRoutes on one Gateway whose address changes`)
  const all = seconds.map((each) => each.toFixed(2)).join(', ')
  promise(Math.max(...seconds) <= 3, `${all} s until all are right, promised ≤ 3 s`)
  promise(wrong === 0, `${wrong} names missing or wrong`)
  const { few, many } = changeCpuMs
  const ratio = many / few
  const figures = `${ms(many)} : ${ms(few)} beside 10 of them`
  promise(
    ratio <= 1.2,
    `CPU of one route's change × ${ratio.toFixed(2)} (${figures}), promised ≤ × 1.2`,
  )
}

async function takeOver(others: number): Promise<void> {
  const where = { zone: zones[1], rounds: 20, label: `beside-${others}` }
  const { n, kill, stop, reference } = await benchTakeOver(world, where)
  console.log(`\nA name applied as the leader ends, beside ${others} others, n = ${n} each`)
  const figures = ({ p50, max }: typeof kill) => `p50 ${ms(p50)}, max ${ms(max)}`
  promise(kill.max < 3_000, `kill -9  ${figures(kill)}, promised < 3 s`)
  promise(stop.max < 200, `SIGTERM  ${figures(stop)}, promised < 200 ms`)
  console.log(`  a leader at work: ${figures(reference)}`)
}

async function binary(): Promise<void> {
  const { n, files, commands } = await benchBinary(world, 20)
  console.log(`\nThe binary beside the sources, the median of ${n} in turns`)
  for (const { name, mebibytes } of files) console.log(`  ${name}: ${mebibytes.toFixed(1)} MiB`)
  for (const { name, binary, sources } of commands) {
    console.log(`  k2s-dns ${name.padEnd(7)} ${ms(binary)} : ${ms(sources)}`)
  }
}
