import { Resolver } from 'node:dns/promises'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TlsFiles } from './etcd.ts'
import { freePorts, loopback, retryOnTakenPort } from './free-ports.ts'
import type { ServerProcess } from './server-process.ts'
import type { Supervisor } from './supervisor.ts'

export interface CoreDnsOptions {
  /** The program. */
  readonly coredns: string
  readonly supervisor: Supervisor
  /** The Corefile's text for a port; `corefileOf` makes the usual one. */
  readonly corefile: (port: number) => string
  /** Default: `coredns`; its Corefile is in the supervisor's directory as `<name>.Corefile`. */
  readonly name?: string
  /** After ours, so they win. */
  readonly args?: readonly string[]
}

export interface CoreDns {
  readonly address: string
  /** for UDP and TCP */
  readonly port: number
  /** The file; a restart reads it again. */
  readonly corefile: string
  readonly process: ServerProcess
}

/** @throws ServerFailed if it isn't ready, that is, answers any question, within 30 s */
export const startCoreDns = (options: CoreDnsOptions): Promise<CoreDns> =>
  retryOnTakenPort(async () => {
    const { coredns, supervisor, name = 'coredns', args = [] } = options
    const [port = 0] = await freePorts(1)
    const corefile = path.join(supervisor.directory, `${name}.Corefile`)
    writeFileSync(corefile, options.corefile(port), { mode: 0o600 })
    const process = await supervisor.start({
      name,
      command: coredns,
      args: ['-conf', corefile, ...args],
      ready: () => answers(port),
    })
    return { address: loopback, port, corefile, process }
  })

export interface CorefileOptions {
  readonly zones: readonly string[]
  readonly endpoints: readonly string[]
  /** For etcd with client certificates. */
  readonly tls?: TlsFiles
  /**
   * How long an answer may be repeated without asking etcd; default 0: a name that is gone is gone at
   * once, while a cache would go on answering for it. Denials are never cached.
   */
  readonly cacheSeconds?: number
  /** Below which names are looked up; default: `/skydns`. */
  readonly prefix?: string
}

/** One server block: the zones' names are looked up below one prefix in etcd, and there only. */
export function corefileOf(options: CorefileOptions, port: number): string {
  const { zones, endpoints, tls, cacheSeconds = 0, prefix = '/skydns' } = options
  const cache = [`  cache ${cacheSeconds} {`, '    disable denial', '  }']
  return [
    `${zones.map((zone) => `${zone}:${port}`).join(' ')} {`,
    `  bind ${loopback}`,
    '  errors',
    ...(cacheSeconds > 0 ? cache : []),
    '  etcd {',
    `    path ${prefix}`,
    `    endpoint ${endpoints.join(' ')}`,
    ...(tls ? [`    tls ${tls.cert} ${tls.key} ${tls.ca}`] : []),
    '  }',
    '}',
    '',
  ].join('\n')
}

/** Any answer will do: to a name outside of its zones it is a refusal. */
async function answers(port: number): Promise<boolean> {
  const resolver = new Resolver({ timeout: 250, tries: 1 })
  resolver.setServers([`${loopback}:${port}`])
  try {
    await resolver.resolve4('ready.invalid')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // by node:dns
    return code !== 'ECONNREFUSED' && code !== 'ETIMEOUT'
  }
}
