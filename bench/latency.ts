import { join } from 'node:path'
import { startFunctions } from '../deploy/local/functions.ts'
import type { ServerProcess } from '../deploy/local/server-process.ts'
import { askAddresses } from '../runtime/clients/dns.ts'
import { percentile } from './percentile.ts'
import type { BenchWorld } from './world.ts'

/** Milliseconds, one a name. */
interface Samples {
  /** From the API server's answer to the status being written until CoreDNS answers. */
  readonly add: number[]
  /** From the request to delete being sent until CoreDNS denies the name. */
  readonly delete: number[]
}

interface Contender {
  readonly zone: string
  readonly process: ServerProcess
  readonly samples: Samples
}

const rounds = 10
/** Not counted at a block's start: one that was frozen first has to catch up with what it missed. */
const warmUp = 5

/**
 * The floor program and k2s-dns in turns, in blocks, so that both meet the machine in the same moods. While
 * one is measured the other is frozen.
 * @param namesEach names measured for each of the two
 */
export async function benchLatency(world: BenchWorld, zones: [string, string], namesEach: number) {
  const { stack } = world
  const [floorZone, ourZone] = zones
  const floor: Contender = {
    zone: floorZone,
    samples: { add: [], delete: [] },
    process: await stack.supervisor.start({
      name: 'floor',
      command: process.execPath,
      args: [
        join(import.meta.dirname, 'floor.ts'),
        stack.apiserver.adminKubeconfig,
        stack.etcd.endpoint,
        floorZone,
      ],
      ready: async () => true,
    }),
  }
  const functions = await startFunctions(stack, { zones: [ourZone] })
  const ours: Contender = {
    zone: ourZone,
    samples: { add: [], delete: [] },
    process: functions.process,
  }

  for (let round = 0; round < rounds; round++) {
    const names = Math.ceil(namesEach / rounds)
    const [first, second] = round % 2 === 0 ? [floor, ours] : [ours, floor]
    await measureBlock(world, { measured: first, frozen: second, names, label: `r${round}` })
    await measureBlock(world, { measured: second, frozen: first, names, label: `r${round}` })
  }
  await Promise.all([floor.process.stop(), functions.process.stop()])
  return { floor: summary(floor.samples), ours: summary(ours.samples) }
}

interface Block {
  readonly measured: Contender
  readonly frozen: Contender
  readonly names: number
  /** Part of the names, so that no two blocks of a contender share one. */
  readonly label: string
}

async function measureBlock(world: BenchWorld, { measured, frozen, names, label }: Block) {
  frozen.process.kill('SIGSTOP')
  const dns = `${world.stack.coredns.address}:${world.stack.coredns.port}`
  for (let index = -warmUp; index < names; index++) {
    const name = `${label}-${index + warmUp}`
    const host = `${name}.${measured.zone}`
    await world.createIngress(name, host)
    await world.writeStatus(name, '10.1.2.3')
    const addMs = await untilAnswer(dns, host, true)
    const since = performance.now()
    await world.deleteIngress(name)
    await untilAnswer(dns, host, false)
    if (index < 0) continue
    measured.samples.add.push(addMs)
    measured.samples.delete.push(performance.now() - since)
  }
  frozen.process.kill('SIGCONT')
}

/** @returns milliseconds until CoreDNS gives an address for the host, or denies it */
export async function untilAnswer(dns: string, host: string, there: boolean): Promise<number> {
  const since = performance.now()
  for (;;) {
    const { addresses } = await askAddresses(dns, host, { timeoutMs: 1_000 })
    const tookMs = performance.now() - since
    if (addresses.length > 0 === there) return tookMs
    if (tookMs > 10_000)
      throw new Error(`${host} is ${there ? 'not there' : 'still there'} after 10 s`)
  }
}

const summary = (samples: Samples) => ({
  n: samples.add.length,
  add: { p50: percentile(samples.add, 50), p99: percentile(samples.add, 99) },
  delete: { p50: percentile(samples.delete, 50), p99: percentile(samples.delete, 99) },
})
