/**
 * `npm run bench`: the figures that we promise, each beside its reference, measured in one run on the real
 * servers. The machine counts, so ratios come first; what is promised and missed is marked, and exits 1.
 */
import { benchFirstSync } from './first-sync.ts'
import { benchLatency } from './latency.ts'
import { benchTakeOver } from './takeover.ts'
import { startBenchWorld } from './world.ts'

const zones: [string, string] = ['floor.test', 'ours.test']
const failed: string[] = []

function promise(kept: boolean, line: string): void {
  console.log(`${kept ? '✓' : '✗'} ${line}`)
  if (!kept) failed.push(line)
}

const ms = (value: number) => `${value.toFixed(1)} ms`

await using world = await startBenchWorld(zones)

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

async function takeOver(rounds: number, names: number): Promise<void> {
  const label = `with-${names}`
  const { n, kill, stop, reference } = await benchTakeOver(world, { zone: zones[1], rounds, label })
  console.log(`\nA name applied as the leader ends, beside ${names} others, n = ${n} each`)
  const figures = ({ p50, max }: typeof kill) => `p50 ${ms(p50)}, max ${ms(max)}`
  promise(kill.max < 3_000, `kill -9  ${figures(kill)}, promised < 3 s`)
  promise(stop.max < 200, `SIGTERM  ${figures(stop)}, promised < 200 ms`)
  console.log(`  a leader at work: ${figures(reference)}`)
}
await takeOver(20, 0)

const sync = await benchFirstSync(world, zones[1], 10_000)
console.log(`\nFirst sync of ${sync.names} ingresses, from the start of the process`)
const all = sync.runs.map((seconds) => seconds.toFixed(2)).join(', ')
promise(sync.seconds <= 2.5, `${sync.seconds.toFixed(2)} s, the median of ${all}, promised ≤ 2.5 s`)
promise(sync.peakRssMiB < 250, `${sync.peakRssMiB.toFixed(0)} MiB peak RSS, promised < 250 MiB`)
promise(sync.wrong === 0, `${sync.wrong} names missing or wrong`)
await takeOver(20, sync.names)

process.exitCode = failed.length > 0 ? 1 : 0
