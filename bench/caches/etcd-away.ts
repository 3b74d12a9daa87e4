import { setTimeout as delay } from 'node:timers/promises'
import type { Etcd } from '../../deploy/local/etcd.ts'
import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { shortTtl, untilExpiredMs } from './after-change.ts'
import { ask, type Heard, host, put, untilAnswers } from './asking.ts'
import type { Variant } from './variants.ts'

/** What a CoreDNS says while etcd is away. */
export interface Away {
  /** A name in its cache whose TTL has not ended. */
  readonly fresh: Heard
  /** One whose TTL has. */
  readonly expired: Heard
  /** The same once more. */
  readonly again: Heard
  /** One that nobody asked for before. */
  readonly unknown: Heard
  /** The expired one, changed as soon as etcd was back: from that commit until it is told. */
  readonly back: { readonly ms: number; readonly others: number }
}

/** @param how frozen (SIGSTOP: connections stay, nothing comes) or killed (connections are refused) */
export async function etcdAway(
  variants: readonly Variant[],
  { etcd, client, how }: { etcd: Etcd; client: EtcdClient; how: 'frozen' | 'killed' },
): Promise<readonly Away[]> {
  const [fresh, expired, unknown] = ['fresh', 'expired', 'unknown'].map((each) => `${each}-${how}`)
  if (!fresh || !expired || !unknown) throw new Error('there are three')
  const everywhere = (name: string) =>
    Promise.all(variants.map(({ server }) => ask(server, host(name))))
  await put(client, expired, '10.0.0.1', shortTtl)
  await put(client, fresh, '10.0.0.1', 30)
  await put(client, unknown, '10.0.0.1', 30)
  await everywhere(expired)
  await delay(untilExpiredMs)
  await everywhere(fresh)
  etcd.process.kill(how === 'frozen' ? 'SIGSTOP' : 'SIGKILL')
  if (how === 'killed') await etcd.process.exited
  else await delay(200) // the signal goes by way of the watchdog
  const heard: Heard[][] = []
  for (const name of [fresh, expired, expired, unknown]) heard.push(await everywhere(name))
  if (how === 'killed') await etcd.process.start()
  else etcd.process.kill('SIGCONT')
  await untilWritten(client, expired)
  const back = await Promise.all(
    variants.map(({ server }) => untilAnswers(server, host(expired), '10.0.0.2')),
  )
  return variants.map((_, i) => {
    const [ofFresh, ofExpired, again, ofUnknown] = heard.map((each) => each[i])
    const ofBack = back[i]
    if (!(ofFresh && ofExpired && again && ofUnknown && ofBack)) throw new Error('each was asked')
    return { fresh: ofFresh, expired: ofExpired, again, unknown: ofUnknown, back: ofBack }
  })
}

async function untilWritten(client: EtcdClient, name: string): Promise<void> {
  for (;;) {
    const written = await put(client, name, '10.0.0.2', shortTtl).then(
      () => true,
      () => false,
    )
    if (written) return
    await delay(20)
  }
}
