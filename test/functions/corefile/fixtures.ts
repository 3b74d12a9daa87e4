import { readdirSync, readFileSync } from 'node:fs'
import type { Wish } from '../../../functions/corefile/wish.ts'

const folder = new URL('fixtures/', import.meta.url)

/** Corefiles by name: of platforms, as they were met there, and some that nobody would write. */
export const fixtures: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith('.Corefile'))
    .map((file) => [file.replace('.Corefile', ''), readFileSync(new URL(file, folder), 'utf8')]),
)

export function fixture(name: string): string {
  const text = fixtures[name]
  if (text === undefined) throw new Error(`there is no fixture ${name}`)
  return text
}

const pki = '/etc/kubernetes/pki'
export const endpoint = 'https://172.19.1.100:2379'

/** As K2s's cluster has it. */
export const aWish = (zones: readonly string[], more: Partial<Wish> = {}): Wish => ({
  zones,
  etcd: {
    path: '/skydns',
    endpoints: [endpoint],
    tls: {
      cert: `${pki}/etcd-client/tls.crt`,
      key: `${pki}/etcd-client/tls.key`,
      ca: `${pki}/etcd-ca/tls.crt`,
    },
  },
  editCaches: true,
  ...more,
})
