import { setTimeout as delay } from 'node:timers/promises'
import { askAddresses } from '../../runtime/clients/dns.ts'
import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { zone } from './variants.ts'

/** What came back for one question. */
export interface Heard {
  /** An address, or `ENOTFOUND` and the like. */
  readonly what: string
  readonly ms: number
}

/** Longer than CoreDNS waits for etcd, 5 s. */
const patienceMs = 7_000

export async function ask(server: string, host: string): Promise<Heard> {
  const since = performance.now()
  const { addresses, code } = await askAddresses(server, host, { timeoutMs: patienceMs })
  return { what: addresses.join(' ') || String(code), ms: performance.now() - since }
}

/** Asks until this comes. @returns milliseconds, and how many answers were others */
export async function untilAnswers(
  server: string,
  host: string,
  answer: string,
): Promise<{ readonly ms: number; readonly others: number }> {
  const since = performance.now()
  for (let others = 0; ; others++) {
    const { what } = await ask(server, host)
    if (what === answer) return { ms: performance.now() - since, others }
    await delay(5)
  }
}

export const host = (name: string) => `${name}.${zone}`
const keyOf = (name: string) => `/skydns/${host(name).split('.').reverse().join('/')}/x`

export async function put(etcd: EtcdClient, name: string, address: string, ttl = 30) {
  const value = JSON.stringify({ host: address, ttl })
  await etcd.transact([], [{ key: keyOf(name), put: value }])
}

export async function remove(etcd: EtcdClient, name: string) {
  await etcd.transact([], [{ key: keyOf(name), delete: true }])
}
