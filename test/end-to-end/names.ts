import type { EtcdKeys } from './etcd-keys.ts'

/** Each host name with its sorted targets. */
export type Names = Readonly<Record<string, readonly string[]>>

/** The names that the records in an etcd stand for. */
export async function namesIn(etcd: EtcdKeys): Promise<Names> {
  const found: Record<string, string[]> = {}
  for (const [key, value] of Object.entries(await etcd.all('/skydns/'))) {
    const host = key.split('/').slice(2, -1).reverse().join('.')
    const { host: target } = JSON.parse(value) as { host: string }
    if (target === host) continue // keeps the names below apart, and is no answer
    found[host] = [...(found[host] ?? []), target].sort()
  }
  return found
}
