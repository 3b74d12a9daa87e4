import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import path from 'node:path'
import type { TlsFiles } from './etcd.ts'
import { freePorts, loopback, retryOnTakenPort } from './free-ports.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import type { ServerProcess } from './server-process.ts'
import type { Supervisor } from './supervisor.ts'

export interface KubeApiserverOptions {
  /** The program. */
  readonly kubeApiserver: string
  readonly supervisor: Supervisor
  /** Its objects go below `/registry` there. */
  readonly etcd: { readonly endpoint: string; readonly tls?: TlsFiles }
  /** Default: `kube-apiserver`; keys and kubeconfigs are in the folder of that name. */
  readonly name?: string
  /** Where it listens, and where pods are told to find it; default: 127.0.0.1. */
  readonly address?: string
  /** After ours, so they win. */
  readonly args?: readonly string[]
}

export interface KubeApiserver {
  readonly url: string
  /** A file: may do everything. */
  readonly adminKubeconfig: string
  /** A file: the ServiceAccount `k2s-dns` of the namespace `k2s-dns`, as its pods are seen. */
  readonly functionsKubeconfig: string
  readonly process: ServerProcess
}

/** RBAC is real: what the functions may do is what a binding of their ServiceAccount grants. */
const users = {
  admin: { user: 'admin', groups: ['system:masters'] },
  functions: {
    user: 'system:serviceaccount:k2s-dns:k2s-dns',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:k2s-dns'],
  },
} as const

const issuer = 'https://kubernetes.default.svc'

/** @throws ServerFailed if it isn't ready within 60 s */
export const startKubeApiserver = (options: KubeApiserverOptions): Promise<KubeApiserver> =>
  retryOnTakenPort(async () => {
    const { kubeApiserver, supervisor, etcd, name = 'kube-apiserver' } = options
    const { address = loopback, args = [] } = options
    const [port = 0] = await freePorts(1)
    const url = `https://${address}:${port}`
    const folder = path.join(supervisor.directory, name)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const tokens = writeTokens(path.join(folder, 'tokens.csv'))
    const serviceAccountKey = writeKey(path.join(folder, 'service-account.key'))
    const ca = () => caOf(readFileSync(path.join(folder, 'apiserver.crt'), 'utf8'))

    const process = await supervisor.start({
      name,
      command: kubeApiserver,
      args: [
        `--etcd-servers=${etcd.endpoint}`,
        ...(etcd.tls ? etcdTlsArgs(etcd.tls) : []),
        `--cert-dir=${folder}`,
        `--bind-address=${address}`,
        `--advertise-address=${address}`,
        `--secure-port=${port}`,
        `--service-account-issuer=${issuer}`,
        `--api-audiences=${issuer}`,
        `--service-account-key-file=${serviceAccountKey}`,
        `--service-account-signing-key-file=${serviceAccountKey}`,
        `--token-auth-file=${path.join(folder, 'tokens.csv')}`,
        '--authorization-mode=RBAC',
        '--disable-admission-plugins=ServiceAccount', // nobody makes the accounts that pods name
        '--service-cluster-ip-range=172.21.0.0/16', // as K2s has it
        ...args,
      ],
      readyMs: 60_000,
      ready: async (signal) => {
        const answers = (path: string) => get(url + path, { ca: ca(), token: tokens.admin, signal })
        return (await answers('/readyz')) && (await answers('/api/v1/namespaces/default'))
      },
    })
    const kubeconfigOf = (who: keyof typeof users) =>
      writeKubeconfig(path.join(folder, `${who}.kubeconfig`), {
        server: url,
        ca: ca(),
        user: users[who].user,
        token: tokens[who],
      })
    return {
      url,
      adminKubeconfig: kubeconfigOf('admin'),
      functionsKubeconfig: kubeconfigOf('functions'),
      process,
    }
  })

function writeTokens(file: string): Readonly<Record<keyof typeof users, string>> {
  const token = () => randomBytes(24).toString('hex')
  const tokens = { admin: token(), functions: token() }
  const lines = (['admin', 'functions'] as const).map((who) => {
    const { user, groups } = users[who]
    return `${tokens[who]},${user},${who},"${groups.join(',')}"\n`
  })
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  return tokens
}

/** Elliptic, since an RSA key takes a tenth of a second or more. */
function writeKey(file: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(file, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 })
  return file
}

/** It signs its own certificate: the file has that, then the CA's. */
function caOf(certificates: string): string {
  const found = certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)
  return found?.[1] ?? certificates
}

const etcdTlsArgs = ({ ca, cert, key }: TlsFiles) => [
  `--etcd-cafile=${ca}`,
  `--etcd-certfile=${cert}`,
  `--etcd-keyfile=${key}`,
]

interface Get {
  readonly ca: string
  readonly token: string
  readonly signal: AbortSignal
}

/** @returns whether the status is 200 */
const get = (url: string, { ca, token, signal }: Get): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    request(url, { ca, headers, signal, agent: false }, (response) => {
      response.resume().on('close', () => resolve(response.statusCode === 200))
    })
      .on('error', reject)
      .end()
  })
