import { readFile } from 'node:fs/promises'
import { startFunctions } from '../deploy/local/functions.ts'
import { askAddresses } from '../runtime/clients/dns.ts'
import { type BenchWorld, inParallel } from './world.ts'

export interface FirstSync {
  readonly names: number
  /** From the start of the process until `/readyz` says that all is in etcd. */
  readonly seconds: number
  readonly peakRssMiB: number
  /** Names that CoreDNS does not answer with just their address. */
  readonly wrong: number
}

/** `names` ingresses are there already when k2s-dns starts; then CoreDNS is asked for each of them. */
export async function benchFirstSync(
  world: BenchWorld,
  zone: string,
  names: number,
): Promise<FirstSync> {
  await inParallel(names, 32, (index) =>
    world.createIngress(`app-${index}`, `app-${index}.${zone}`, addressOf(index)),
  )
  const since = performance.now()
  const functions = await startFunctions(world.stack, { name: 'first-sync', zones: [zone] })
  const seconds = (performance.now() - since) / 1_000
  const status = await readFile(`/proc/${functions.process.pid}/status`, 'utf8')
  const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])

  let wrong = 0
  const { address, port } = world.stack.coredns
  await inParallel(names, 64, async (index) => {
    const host = `app-${index}.${zone}`
    const { addresses } = await askAddresses(`${address}:${port}`, host, { timeoutMs: 5_000 })
    if (addresses.join() !== addressOf(index)) wrong++
  })
  await functions.process.stop()
  return { names, seconds, peakRssMiB: peakKiB / 1024, wrong }
}

const addressOf = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
