import { setTimeout as delay } from 'node:timers/promises'
import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { ask, host, put, remove, untilAnswers } from './asking.ts'
import type { Variant } from './variants.ts'

/** Seconds; CoreDNS's cache keeps no answer for less (minttl of the plugin). */
export const shortTtl = 5
export const untilExpiredMs = (shortTtl + 1) * 1_000

export interface AfterChange {
  /** How long a name of TTL 30 is still heard after it went, if it is asked for all the time: milliseconds. */
  readonly heardForMs: number
  /** What is heard first of a name that changed, and of one that went, when the TTL that its answer had has ended. */
  readonly changed: string
  readonly gone: string
}

export async function afterChange(
  { server }: Variant,
  etcd: EtcdClient,
  label: string,
): Promise<AfterChange> {
  const [changed, gone] = [`changed-${label}`, `gone-${label}`]
  for (const name of [changed, gone]) {
    await put(etcd, name, '10.0.0.1', shortTtl)
    await ask(server, host(name))
  }
  await Promise.all([put(etcd, changed, '10.0.0.2', shortTtl), remove(etcd, gone)])
  await delay(untilExpiredMs)
  const said = ({ what }: { what: string }) => (what === '10.0.0.1' ? 'the old one' : 'right')
  return {
    heardForMs: await heardFor(server, etcd, `goes-${label}`),
    changed: said(await ask(server, host(changed))),
    gone: said(await ask(server, host(gone))),
  }
}

async function heardFor(server: string, etcd: EtcdClient, name: string): Promise<number> {
  await put(etcd, name, '10.0.0.1', 30)
  await ask(server, host(name))
  await remove(etcd, name)
  return (await untilAnswers(server, host(name), 'ENOTFOUND')).ms
}
