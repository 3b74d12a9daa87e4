import { mkdirSync } from 'node:fs'
import type { TlsFiles } from '../../../deploy/local/etcd.ts'
import { type Issued, pki } from '../../support/pki.ts'

/** The certificates of a cluster's etcd, which takes only clients that have one of its CA. */
export interface EtcdPki {
  readonly make: ReturnType<typeof pki>
  readonly ca: Issued
  readonly server: TlsFiles
  /** Of the API server, and of whoever may do everything. */
  readonly admin: TlsFiles
  /** With which `k2s-dns` is admin. */
  readonly flags: readonly string[]
}

/** @param addresses where etcd listens */
export function createEtcdPki(folder: string, addresses: readonly string[]): EtcdPki {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const make = pki(folder)
  const ca = make('etcd-ca', { isCa: true })
  const files = ({ certFile, keyFile }: Issued) => ({
    ca: ca.certFile,
    cert: certFile,
    key: keyFile,
  })
  const admin = files(make('kube-apiserver-etcd-client', { by: ca }))
  return {
    make,
    ca,
    server: files(make('etcd', { by: ca, addresses })),
    admin,
    flags: Object.entries(admin).map(([what, file]) => `--etcd.${what}=${file}`),
  }
}
