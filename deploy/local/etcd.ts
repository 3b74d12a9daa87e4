import path from 'node:path'
import { freePorts, loopback, retryOnTakenPort } from './free-ports.ts'
import type { ServerProcess } from './server-process.ts'
import type { Supervisor } from './supervisor.ts'

/** PEM files. */
export interface TlsFiles {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export interface EtcdOptions {
  /** The program. */
  readonly etcd: string
  readonly supervisor: Supervisor
  /** Default: `etcd`; the data are in the folder of that name in the supervisor's directory. */
  readonly name?: string
  /** Where clients connect, as in `http://127.0.0.1:2379`; default: a free port of 127.0.0.1. */
  readonly endpoint?: string
  /** The server's certificate, and the CA whose clients it lets in; default: neither. */
  readonly tls?: TlsFiles
  /** After ours, so they win. */
  readonly args?: readonly string[]
}

export interface Etcd {
  readonly endpoint: string
  /** `/health` and `/metrics` for everybody, whatever the TLS of the endpoint. */
  readonly metricsUrl: string
  readonly process: ServerProcess
}

/** @throws ServerFailed if it isn't ready within 30 s */
export const startEtcd = (options: EtcdOptions): Promise<Etcd> =>
  retryOnTakenPort(async () => {
    const { etcd, supervisor, name = 'etcd', tls, args = [] } = options
    const [clients, peers, metrics] = await freePorts(3)
    const endpoint = options.endpoint ?? `${tls ? 'https' : 'http'}://${loopback}:${clients}`
    const peerUrl = `http://${loopback}:${peers}`
    const metricsUrl = `http://${loopback}:${metrics}`
    const process = await supervisor.start({
      name,
      command: etcd,
      args: [
        `--name=${name}`,
        `--data-dir=${path.join(supervisor.directory, name)}`,
        `--listen-client-urls=${endpoint}`,
        `--advertise-client-urls=${endpoint}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=${name}=${peerUrl}`,
        `--listen-metrics-urls=${metricsUrl}`,
        '--heartbeat-interval=20', // alone, it elects itself: in 0.2 s instead of up to 1 s,
        '--election-timeout=200', // and grants leases from 1 s instead of 2 s
        ...(tls ? tlsArgs(tls) : []),
        ...args,
      ],
      ready: async (signal) => (await fetch(`${metricsUrl}/health`, { signal })).ok,
    })
    return { endpoint, metricsUrl, process }
  })

const tlsArgs = ({ ca, cert, key }: TlsFiles) => [
  `--cert-file=${cert}`,
  `--key-file=${key}`,
  `--trusted-ca-file=${ca}`,
  '--client-cert-auth',
]
