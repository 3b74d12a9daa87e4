import type { EtcdWish } from './wish.ts'
import { word } from './word.ts'

/** @param zones empty: those of the server block */
export function etcdStanza(zones: readonly string[], { path, endpoints, tls }: EtcdWish): string[] {
  return [
    `${['etcd', ...zones].join(' ')} {`,
    `    path ${word(path)}`,
    `    endpoint ${endpoints.map(word).join(' ')}`,
    ...(tls ? [`    tls ${[tls.cert, tls.key, tls.ca].map(word).join(' ')}`] : []),
    '}',
  ]
}
