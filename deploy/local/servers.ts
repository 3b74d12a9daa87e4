import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { askAddresses } from '../../runtime/clients/dns.ts'
import { formatManifest } from '../../runtime/manifests.ts'
import { freePort } from './ports.ts'
import type { ServerProcess, ServerSpec, Supervisor } from './supervisor.ts'
import { until } from './wait.ts'

/** A server that runs, and can be started again as it was. */
export interface Server {
  readonly process: ServerProcess
  /** Resolves once it serves again. */
  restart(): Promise<void>
}

export interface Etcd extends Server {
  readonly endpoint: string
}

export interface KubeApiserver extends Server {
  /** Kubeconfig files: everything is allowed; only what RBAC gives to the functions' service account. */
  readonly adminKubeconfig: string
  readonly functionsKubeconfig: string
}

export interface CoreDns extends Server {
  /** `127.0.0.1:port`, UDP and TCP. */
  readonly address: string
  readonly port: number
}

const functionsUser = 'system:serviceaccount:k2s-dns:k2s-dns'

export async function startEtcd(
  supervisor: Supervisor,
  command: string,
  signal: AbortSignal,
): Promise<Etcd> {
  const endpoint = `http://127.0.0.1:${await freePort()}`
  const peer = `http://127.0.0.1:${await freePort()}`
  const args = {
    'data-dir': join(supervisor.folder, 'etcd'),
    'listen-client-urls': endpoint,
    'advertise-client-urls': endpoint,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true', // a private cluster for a few minutes
    'log-level': 'warn',
  }
  const isHealthy = async () => (await fetch(`${endpoint}/health`, { signal })).ok
  const spec = { name: 'etcd', command, args: flags(args) }
  return { endpoint, ...(await startServer(supervisor, spec, isHealthy, signal)) }
}

export async function startKubeApiserver(
  supervisor: Supervisor,
  command: string,
  { etcd, signal }: { etcd: string; signal: AbortSignal },
): Promise<KubeApiserver> {
  const { folder } = supervisor
  const port = await freePort()
  const certificates = join(folder, 'apiserver')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = join(folder, 'service-account.pem')
  await writeFile(key, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 })
  const tokens = { admin: crypto.randomUUID(), functions: crypto.randomUUID() }
  const tokenFile = join(folder, 'tokens.csv')
  const users = [
    `${tokens.admin},admin,admin,system:masters`,
    `${tokens.functions},${functionsUser},functions,"system:serviceaccounts,system:authenticated"`,
  ]
  await writeFile(tokenFile, `${users.join('\n')}\n`, { mode: 0o600 })
  const args = {
    'etcd-servers': etcd,
    'cert-dir': certificates,
    'secure-port': String(port),
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': key,
    'service-account-signing-key-file': key,
    'api-audiences': 'https://kubernetes.default.svc',
    'token-auth-file': tokenFile,
    'authorization-mode': 'RBAC',
    'disable-admission-plugins': 'ServiceAccount', // nobody makes service accounts here
    'service-cluster-ip-range': '10.0.0.0/24',
    'shutdown-delay-duration': '0s',
  }
  const server = `https://127.0.0.1:${port}`
  const isReady = async () => {
    const ca = await readFile(join(certificates, 'apiserver.crt'))
    return (await status(`${server}/readyz`, { ca, token: tokens.admin, signal })) === 200
  }
  const spec = { name: 'kube-apiserver', command, args: flags(args) }
  const started = await startServer(supervisor, spec, isReady, signal)
  const ca = await readFile(join(certificates, 'apiserver.crt'))
  const writeKubeconfig = async (name: keyof typeof tokens) => {
    const path = join(folder, `${name}.kubeconfig`)
    await writeFile(path, kubeconfig({ server, ca, token: tokens[name] }), { mode: 0o600 })
    return path
  }
  const [adminKubeconfig, functionsKubeconfig] = await Promise.all([
    writeKubeconfig('admin'),
    writeKubeconfig('functions'),
  ])
  return { adminKubeconfig, functionsKubeconfig, ...started }
}

/** CoreDNS with the etcd plugin. It caches no denial: a name asked for too early would be hidden for 30 s. */
export async function startCoreDns(
  supervisor: Supervisor,
  command: string,
  options: { etcd: string; zones: readonly string[]; signal: AbortSignal },
): Promise<CoreDns> {
  const { etcd, zones, signal } = options
  const port = await freePort({ udp: true })
  const file = join(supervisor.folder, 'Corefile')
  await writeFile(file, corefile({ etcd, zones, port }))
  const address = `127.0.0.1:${port}`
  const answers = async () => {
    const { code } = await askAddresses(address, `up.${zones[0]}`, { timeoutMs: 250 })
    return code === 'ENOTFOUND'
  }
  const spec = { name: 'coredns', command, args: ['-conf', file] }
  const started = await startServer(supervisor, spec, answers, signal)
  return { address, port, ...started }
}

async function startServer(
  supervisor: Supervisor,
  spec: ServerSpec,
  isReady: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<Server> {
  const server = { process: await begin(), restart }

  async function begin(): Promise<ServerProcess> {
    const process = await supervisor.start(spec)
    let ended: string | undefined
    process.exited.then(
      (how) => {
        ended = how
      },
      () => undefined,
    )
    const waiting = { what: `${spec.name} is ready`, signal }
    const ready = await until(async () => ended ?? ((await isReady()) && true), waiting)
    if (ready === true) return process
    throw new Error(`${spec.name} ended (${ready}):\n${await process.lastWords()}`)
  }

  async function restart(): Promise<void> {
    server.process = await begin()
  }

  return server
}

const flags = (args: Readonly<Record<string, string>>): string[] =>
  Object.entries(args).map(([name, value]) => `--${name}=${value}`)

function corefile({ etcd, zones, port }: { etcd: string; zones: readonly string[]; port: number }) {
  return `${zones.map((zone) => `${zone}:${port}`).join(' ')} {
    bind 127.0.0.1
    errors
    cache 30 {
        disable denial
    }
    etcd {
        path /skydns
        endpoint ${etcd}
    }
}
`
}

const kubeconfig = ({ server, ca, token }: { server: string; ca: Buffer; token: string }): string =>
  formatManifest({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    clusters: [
      {
        name: 'local',
        cluster: { server, 'certificate-authority-data': ca.toString('base64') },
      },
    ],
    users: [{ name: 'local', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
  })

function status(
  url: string,
  { ca, token, signal }: { ca: Buffer; token: string; signal: AbortSignal },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    request(url, { ca, headers, signal, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
