import { setTimeout as delay } from 'node:timers/promises'
import { startFunctions } from '../deploy/local/functions.ts'
import { connectEtcd, type EtcdClient, type Stored, type Write } from '../runtime/clients/etcd.ts'
import { percentile } from './percentile.ts'
import { type BenchWorld, inParallel } from './world.ts'

/** Milliseconds from the write that does harm being sent until a watch of etcd tells the right value again. */
export interface Healing {
  readonly n: number
  /** A record of ours that somebody deletes or changes, each name once. */
  readonly ours: Summary
  /** The same at a key that this very process puts right as soon as its own watch tells it: two writes, two watches. */
  readonly floor: Summary
}

export interface Summary {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Not counted: the watch of the records begins some time after the first list. */
const warmUp = 10
const floorPrefix = '/bench/'

export async function benchHealing(
  world: BenchWorld,
  { zone, names }: { zone: string; names: number },
): Promise<Healing> {
  const { stack } = world
  const functions = await startFunctions(stack, { name: 'healing', zones: [zone] })
  const etcd = await connectEtcd({ endpoints: [stack.etcd.endpoint] })
  const ending = new AbortController()
  try {
    const total = names + warmUp
    await inParallel(total, 10, (i) =>
      world.createIngress(`heal-${i}`, `heal-${i}.${zone}`, '10.1.2.3'),
    )
    const prefix = `/skydns/${zone.split('.').reverse().join('/')}/`
    const records = await untilWritten(etcd, `${prefix}heal-`, prefix, total)
    const told = await watching(etcd, [prefix, floorPrefix], ending.signal)
    const samples = { ours: [] as number[], floor: [] as number[] }
    for (const [index, record] of records.entries()) {
      const harm = index % 2 === 0 ? deleted(record.key) : changed(record)
      const ours = told.until(record.key, record.value)
      const since = performance.now()
      await etcd.transact([], [harm])
      const tookMs = (await ours) - since
      const floorMs = await floor(etcd, told, index)
      if (index < warmUp) continue
      samples.ours.push(tookMs)
      samples.floor.push(floorMs)
    }
    return { n: names, ours: summary(samples.ours), floor: summary(samples.floor) }
  } finally {
    ending.abort()
    etcd.close()
    await functions.process.stop()
  }
}

type Entry = Pick<Stored, 'value'> & { readonly key: string }

const deleted = (key: string): Write => ({ key, delete: true })
const changed = ({ key, value }: Entry): Write => ({
  key,
  put: value.replace('10.1.2.3', '6.6.6.6'),
})

async function floor(etcd: EtcdClient, told: Told, index: number): Promise<number> {
  const key = `${floorPrefix}${index}`
  await etcd.transact([], [{ key, put: 'right' }])
  const isHarmed = told.until(key, undefined)
  const since = performance.now()
  await Promise.all([etcd.transact([], [deleted(key)]), isHarmed])
  const isRight = told.until(key, 'right')
  await etcd.transact([], [{ key, put: 'right' }])
  return (await isRight) - since
}

async function untilWritten(
  etcd: EtcdClient,
  named: string,
  prefix: string,
  count: number,
): Promise<readonly Entry[]> {
  for (;;) {
    const found: Entry[] = []
    for await (const page of etcd.readPrefix(prefix)) found.push(...page)
    const records = found.filter(({ key }) => key.startsWith(named))
    if (records.length >= count) return records
    await delay(100)
  }
}

interface Told {
  /** @returns when a key is told to have a value, or to be gone */
  until(key: string, value: string | undefined): Promise<number>
}

/** Resolves once both watches are open. */
async function watching(
  etcd: EtcdClient,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<Told> {
  const awaited = new Map<string, { value: string | undefined; tell: (at: number) => void }>()
  const opened = Promise.withResolvers<void>()
  let left = prefixes.length
  const revision = (await etcd.currentRevision(floorPrefix)) + 1n
  async function follow() {
    const open = () => --left === 0 && opened.resolve()
    for await (const changes of etcd.watch({ prefixes, revision, opened: open, signal })) {
      for (const { key, value } of changes) {
        const waiting = awaited.get(key)
        if (!waiting || waiting.value !== value) continue
        awaited.delete(key)
        waiting.tell(performance.now())
      }
    }
  }
  follow().catch((error: unknown) => {
    if (!signal.aborted) opened.reject(error)
  })
  await opened.promise
  return {
    until: (key, value) => new Promise((tell) => awaited.set(key, { value, tell })),
  }
}

const summary = (values: readonly number[]): Summary => ({
  p50: percentile(values, 50),
  p99: percentile(values, 99),
  max: Math.max(...values),
})
