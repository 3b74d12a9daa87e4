import { Resolver } from 'node:dns/promises'
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Etcd3 } from 'etcd3'
import * as assert from 'uvu/assert'
import { corefileOf, startCoreDns } from '../../deploy/local/coredns.ts'
import { type Etcd, startEtcd } from '../../deploy/local/etcd.ts'
import { realServers } from '../deploy/local/fixtures/real-servers.ts'
import { type Issued, pki } from '../support/pki.ts'
import { startEtcdCluster } from './etcd-cluster.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'

/** PEM texts. */
export type Pair = Pick<Issued, 'cert' | 'key'>

/**
 * A world whose names lie in an etcd of their own, which takes client certificates only, asks who is there, and has
 * a user for each common name. CoreDNS has a certificate of its own.
 */
export interface TlsWorld {
  readonly world: World
  readonly members: readonly Etcd[]
  readonly dns: { readonly address: string; readonly port: number }
  readonly make: ReturnType<typeof pki>
  readonly ca: Issued
  /** Where k2s-dns, which is not started yet, finds etcd and CoreDNS, as flags. */
  readonly reach: readonly string[]
  /** Of k2s-dns. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string }
  /** Both. */
  readonly flags: readonly string[]
  /** Puts others there, one file after the other. */
  renew(texts: Partial<Pair & { ca: string }>): void
  /** Gives each member a certificate by a CA: it shows that at the next handshake. */
  certify(by: Issued): void
  /** Has members, one after the other, trust these CAs only: they are started again for that. */
  roll(trusted: string, which?: readonly Etcd[]): Promise<void>
  /** Puts others beside CoreDNS's, writes their places into its Corefile, and waits until it has read that. */
  renewCoreDns(texts: Pair & { ca: string }): Promise<void>
  /** A client of etcd's, or of one member's, with any certificate; closed by whoever opened it. */
  connect(pair: Pair, ca?: string, member?: Etcd): Etcd3
  resolve(host: string): Promise<readonly string[] | string>
}

export async function startTlsWorld({ members: count = 1 as 1 | 3 } = {}): Promise<TlsWorld> {
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
  const put = (name: string, texts: Partial<Pair & { ca: string }>) => {
    for (const part of ['ca', 'cert', 'key'] as const) {
      const [file, text] = [place(name)[part], texts[part]]
      if (text === undefined) continue
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
    }
  }
  const certified = (name: string) => {
    put(name, { ...make('etcd', { by: ca }), ca: ca.cert })
    return place(name)
  }
  const starting = { ...servers, supervisor }
  const members =
    count === 1
      ? [await startEtcd({ ...starting, name: 'etcd-tls', tls: certified('etcd-tls') })]
      : (await startEtcdCluster({ ...starting, tlsOf: certified })).members
  const endpoints = members.map(({ endpoint }) => endpoint)
  copyFileSync(ca.certFile, place('k2s-dns').ca)
  put('coredns', { ...make('coredns', { by: ca }), ca: ca.cert })
  const corefile = (port: number, tls: ReturnType<typeof place>) =>
    corefileOf({ zones: ['cluster.local'], endpoints, tls }, port).replace(
      '  errors\n',
      '  errors\n  reload 2s 0s\n',
    )
  const dns = await startCoreDns({
    ...starting,
    name: 'coredns-tls',
    corefile: (port) => corefile(port, place('coredns')),
  })
  const reloads = () =>
    readFileSync(dns.process.logFile, 'utf8').split('Reloading complete').length - 1
  const reach = [
    `--etcd.endpoints=${endpoints.join(',')}`,
    `--dns.servers=${dns.address}:${dns.port}`,
  ]
  return {
    world,
    members,
    dns,
    make,
    ca,
    files: place('k2s-dns'),
    reach,
    flags: [
      ...reach,
      ...Object.entries(place('k2s-dns')).map(([part, file]) => `--etcd.${part}=${file}`),
    ],
    renew: (texts) => put('k2s-dns', texts),
    certify(by) {
      for (const { process } of members) put(process.name, make('etcd', { by }))
    },
    async roll(trusted, which = members) {
      for (const { process } of which) {
        put(process.name, { ca: trusted })
        await process.restart()
      }
    },
    async renewCoreDns(texts) {
      const before = reloads()
      const name = `coredns-${before + 2}`
      put(name, texts)
      writeFileSync(dns.corefile, corefile(dns.port, place(name)))
      await eventually(() => assert.is(reloads(), before + 1))
    },
    connect: ({ cert, key }, trusted = ca.cert, member) =>
      new Etcd3({
        hosts: member ? [member.endpoint] : endpoints,
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
