import type { EtcdClient } from '../../runtime/clients/etcd.ts'
import { ask, host, put, untilAnswers } from './asking.ts'
import type { Variant } from './variants.ts'

const names = 8

/** From the commit of a name that was asked for just before until it answers: the longest, in milliseconds. */
export async function earlyName(
  { server }: Variant,
  etcd: EtcdClient,
  label: string,
): Promise<number> {
  const waits = Array.from({ length: names }, async (_, i) => {
    const name = `early-${label}-${i}`
    const { what } = await ask(server, host(name))
    if (what !== 'ENOTFOUND') throw new Error(`${name} answered ${what} before it was there`)
    await put(etcd, name, '10.0.0.1')
    const { ms } = await untilAnswers(server, host(name), '10.0.0.1')
    return ms
  })
  return Math.max(...(await Promise.all(waits)))
}
