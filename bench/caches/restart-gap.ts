import { setTimeout as delay } from 'node:timers/promises'
import type { Etcd } from '../../deploy/local/etcd.ts'
import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { startDnsLoad } from '../../test/support/dns-load.ts'
import { host, put } from './asking.ts'
import type { Variant } from './variants.ts'

/** What it costs those who ask for names that many ask for when the only etcd is started again. */
export interface Gap {
  readonly asked: number
  readonly failed: number
  /** From the first question that failed to the last one. */
  readonly ms: number
}

/** Others in each round, which no cache has. */
const names = 50
const perSecond = 100
const restMs = 5_000
const ttlSeconds = 30
/** One name after the other is asked for, so that what is cached ends at different times, as it would. */
const warmUpQuestions = perSecond * ttlSeconds

/** As for a new CA, which etcd reads at its start only; a kubelet takes some seconds for it. */
export async function restartGap(
  variants: readonly Variant[],
  { etcd, client, label }: { etcd: Etcd; client: EtcdClient; label: string },
): Promise<{ readonly etcdMs: number; readonly gaps: readonly Gap[] }> {
  const hot = Array.from({ length: names }, (_, i) => `hot-${label}-${i}`)
  await Promise.all(hot.map((name) => put(client, name, '10.0.0.1', ttlSeconds)))
  const loads = variants.map(({ dns: { address, port } }) => {
    let turn = 0
    const next = () => {
      const known = Math.min(names, 1 + Math.floor((turn * names) / warmUpQuestions))
      return { host: host(hot[turn++ % known] ?? ''), addresses: ['10.0.0.1'] }
    }
    return startDnsLoad({ address, port, perSecond, next })
  })
  await delay(ttlSeconds * 1_000)
  const since = performance.now()
  await etcd.process.stop()
  await delay(restMs)
  await etcd.process.start()
  const etcdMs = performance.now() - since
  await delay(15_000)
  const reports = await Promise.all(loads.map((load) => load.stop()))
  return {
    etcdMs,
    gaps: reports.map(({ asked, failures, failedAtMs }) => ({
      asked,
      failed: failures.length,
      ms: (failedAtMs.at(-1) ?? 0) - (failedAtMs[0] ?? 0),
    })),
  }
}
