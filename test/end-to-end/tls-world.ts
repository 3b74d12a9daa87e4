import { Resolver } from 'node:dns/promises'
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Etcd3 } from 'etcd3'
import { corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { type Etcd, startEtcd } from '../../deploy/local/etcd.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { type Issued, pki } from '../support/pki.ts'
import { startWorld, type World } from './world.ts'

/** PEM texts. */
export type Pair = Pick<Issued, 'cert' | 'key'>

/**
 * A world whose names lie in an etcd of their own, which takes client certificates only, asks who is there, and has
 * a user for each common name. CoreDNS has a certificate of its own.
 */
export interface TlsWorld {
  readonly world: World
  readonly etcd: Etcd
  readonly dns: { readonly address: string; readonly port: number }
  readonly make: ReturnType<typeof pki>
  readonly ca: Issued
  /** Of k2s-dns, which is not started yet, as flags. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string }
  readonly flags: readonly string[]
  /** Puts others there, one file after the other. */
  renew(texts: Partial<Pair & { ca: string }>): void
  /** Makes etcd trust these CAs only, and be of them, once it is started again. */
  trust(ca: string, server: Pair): void
  /** A client of etcd's with any certificate; closed by whoever opened it. */
  connect(pair: Pair, ca?: string): Etcd3
  resolve(host: string): Promise<readonly string[] | string>
}

export async function startTlsWorld(): Promise<TlsWorld> {
  const servers = await realServers()
  const world = await startWorld({ started: false })
  const { supervisor, directory } = world.stack
  const folder = path.join(directory, 'tls')
  mkdirSync(folder)
  const make = pki(folder)
  const ca = make('etcd-ca', { isCa: true })
  const place = (name: string) => {
    const file = (end: string) => path.join(folder, `${name}.${end}`)
    return { ca: file('ca'), cert: file('crt'), key: file('key') }
  }
  const put = (file: string, text: string) => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  const [ofServer, files, ofCoreDns] = [place('server'), place('k2s-dns'), place('coredns')]
  const trust = (trusted: string, { cert, key }: Pair) => {
    put(ofServer.ca, trusted)
    put(ofServer.cert, cert)
    put(ofServer.key, key)
  }
  trust(ca.cert, make('etcd', { by: ca }))
  const coredns = make('coredns', { by: ca })
  put(ofCoreDns.cert, coredns.cert)
  put(ofCoreDns.key, coredns.key)
  for (const file of [files.ca, ofCoreDns.ca]) copyFileSync(ca.certFile, file)
  const etcd = await startEtcd({ ...servers, supervisor, name: 'etcd-tls', tls: ofServer })
  const { endpoint } = etcd
  const dns = await startCoreDns({
    ...servers,
    supervisor,
    name: 'coredns-tls',
    corefile: (port) =>
      corefileOf({ zones: ['cluster.local'], endpoints: [endpoint], tls: ofCoreDns }, port),
  })
  return {
    world,
    etcd,
    dns,
    make,
    ca,
    files,
    flags: [
      `--etcd.endpoints=${endpoint}`,
      `--etcd.ca=${files.ca}`,
      `--etcd.cert=${files.cert}`,
      `--etcd.key=${files.key}`,
      `--dns.servers=${dns.address}:${dns.port}`,
    ],
    renew({ ca: trusted, cert, key }) {
      if (trusted !== undefined) put(files.ca, trusted)
      if (cert !== undefined) put(files.cert, cert)
      if (key !== undefined) put(files.key, key)
    },
    trust,
    connect: ({ cert, key }, trusted = ca.cert) =>
      new Etcd3({
        hosts: [endpoint],
        credentials: {
          rootCertificate: Buffer.from(trusted),
          certChain: Buffer.from(cert),
          privateKey: Buffer.from(key),
        },
        defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + 2_000 }),
      }),
    async resolve(host) {
      const resolver = new Resolver({ timeout: 2_000, tries: 1 })
      resolver.setServers([`${dns.address}:${dns.port}`])
      return resolver.resolve4(host).catch((error: NodeJS.ErrnoException) => String(error.code))
    },
  }
}
