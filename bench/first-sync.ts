import { readFile } from 'node:fs/promises'
import { startFunctions } from '../deploy/local/functions.ts'
import { askAddresses } from '../runtime/clients/dns.ts'
import { cpuMs } from './cpu.ts'
import { percentile } from './percentile.ts'
import { type BenchWorld, inParallel } from './world.ts'

export interface FirstSync {
  readonly names: number
  /** From the start of the process until `/readyz` says that all is in etcd; the median of the runs. */
  readonly seconds: number
  readonly runs: readonly number[]
  /** User and system time of the process until then, the median: unlike the other it does not count what others do. */
  readonly cpuSeconds: number
  /** The most of all runs. */
  readonly peakRssMiB: number
  /** Names that CoreDNS does not answer with just their address. */
  readonly wrong: number
}

const runs = 5

/** Ingresses `app-0` and so on, with a status, and an address each. */
export const createNames = (world: BenchWorld, zone: string, names: number): Promise<void> =>
  inParallel(names, 32, (index) =>
    world.createIngress(`app-${index}`, `app-${index}.${zone}`, addressOf(index)),
  )

/**
 * `names` ingresses, see {@link createNames}, are there already when k2s-dns starts, each time with nothing stored. After the last
 * start, which writes where CoreDNS reads, it is asked for each of them.
 */
export async function benchFirstSync(
  world: BenchWorld,
  zone: string,
  names: number,
): Promise<FirstSync> {
  const measured: Run[] = []
  for (let run = 1; run < runs; run++) {
    measured.push(await firstSync(world, zone, [`--instance=run${run}`, `--dns.prefix=/run${run}`]))
  }
  measured.push(await firstSync(world, zone, []))

  let wrong = 0
  const { address, port } = world.stack.coredns
  await inParallel(names, 64, async (index) => {
    const host = `app-${index}.${zone}`
    const { addresses } = await askAddresses(`${address}:${port}`, host, { timeoutMs: 5_000 })
    if (addresses.join() !== addressOf(index)) wrong++
  })
  const seconds = measured.map((run) => run.seconds)
  return {
    names,
    seconds: percentile(seconds, 50),
    runs: seconds,
    cpuSeconds: percentile(
      measured.map((run) => run.cpuSeconds),
      50,
    ),
    peakRssMiB: Math.max(...measured.map((run) => run.peakRssMiB)),
    wrong,
  }
}

interface Run {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssMiB: number
}

async function firstSync(world: BenchWorld, zone: string, args: readonly string[]): Promise<Run> {
  const since = performance.now()
  const functions = await startFunctions(world.stack, { name: 'first-sync', zones: [zone], args })
  const seconds = (performance.now() - since) / 1_000
  const cpuSeconds = (await cpuMs(functions.process.pid)) / 1_000
  const status = await readFile(`/proc/${functions.process.pid}/status`, 'utf8')
  const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])
  await functions.process.stop()
  return { seconds, cpuSeconds, peakRssMiB: peakKiB / 1_024 }
}

const addressOf = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
