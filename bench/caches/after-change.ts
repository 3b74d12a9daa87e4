import { setTimeout as delay } from 'node:timers/promises'
import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { ask, host, put, remove } from './asking.ts'
import type { Variant } from './variants.ts'

/** Seconds; CoreDNS's cache keeps no answer for less (minttl of the plugin). */
export const shortTtl = 5
export const untilExpiredMs = (shortTtl + 1) * 1_000

/** What is heard first of a name that changed, and of one that went, when its TTL had ended. */
export interface AfterChange {
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
    changed: said(await ask(server, host(changed))),
    gone: said(await ask(server, host(gone))),
  }
}
